// openapi-generator's typescript-fetch.

import * as Aparat from "./made/aparat";
import * as Podlink from "./made/podlink";
import * as Sabapayamak from "./made/sabapayamak";
import * as Smsafzar from "./made/smsafzar";
import { inner, report, v } from "./report";

async function aparat(alone: boolean) {
  const api = new Aparat.PanelApi(new Aparat.Configuration({ basePath: v.url }));
  const ask = (query: Aparat.PanelRequest) => api.panel(query);
  const order: Aparat.PanelRequest = { token: v.aparat_token, link: v.link, count: 50, type: "like" };
  if (alone) {
    await report("order", async () => (await ask(order)).uniqid);
    return;
  }
  await report("account", async () => (await ask({ token: v.aparat_token })).balance);
  await report("account refused", async () => (await ask({ token: "nobody" })).message);
  const uniqid = await report("order", async () => (await ask(order)).uniqid);
  await report("order refused", async () => (await ask({ ...order, token: v.aparat_poor_token, count: 100 })).message);
  await report("order_status", async () => (await ask({ token: v.aparat_token, uniqid })).state);
  await report("order_status refused", async () => (await ask({ token: v.aparat_token, uniqid: "none" })).message);
}

const gateway = new Podlink.GatewayApi(new Podlink.Configuration({ basePath: v.url }));
type Body = Omit<Podlink.DoServiceCallRequest, "token" | "tokenIssuer">;
const ask = (body: Body) => gateway.doServiceCall({ token: v.pod_token, tokenIssuer: "1", ...body });
const call = async (body: Body) => inner(await ask(body));
const visit = (hash: string) => ask({ scProductId: 46411, scApiKey: v.pod_key, hash });

async function podlink() {
  const scApiKey = v.pod_key;
  const add: Body = { scProductId: 46410, scApiKey, urlOrContent: v.text, shortenObjectKind: "content" };
  const hash = await report("add_link", async () => (await call(add)).result.hash);
  await report("add_link refused", async () => (await call({ ...add, hash })).code);
  await report("visit", () => visit(hash));
  await report("visit refused", async () => inner(await visit("none")).code);
  const list: Body = { scProductId: 46412, scApiKey, orderAsc: false, searchSubString: v.word };
  await report("list_links", async () => (await call(list)).result.totalCount);
  await report("list_links refused", async () => (await call({ ...list, scApiKey: "none" })).code);
  const set: Body = { scProductId: 46413, scApiKey, hash, setStatus: "deactive" };
  await report("set_status", async () => (await call(set)).result);
  await report("set_status refused", async () => (await call({ ...set, hash: "none" })).code);
  const stats: Body = { scProductId: 46414, scApiKey, hash, kind: "month" };
  await report("click_stats", async () => (await call(stats)).result.totalCount);
  await report("click_stats refused", async () => (await call({ ...stats, hash: "none" })).code);
}

/** A visit to a link elsewhere; what comes back does not matter. */
async function redirect() {
  const add: Body = { scProductId: 46410, scApiKey: v.pod_key, urlOrContent: v.elsewhere, shortenObjectKind: "link" };
  let hash = "";
  await report("add_link", async () => {
    const added = await call(add);
    hash = added.result.hash;
    return added.code;
  });
  await report("visit", () => visit(hash));
}

/** What a refusal's body says: any status outside of 2xx is thrown. */
async function refusal<T>(error: unknown): Promise<T> {
  return (error as { response: Response }).response.json() as Promise<T>;
}

/** An absent optional field, given as nothing. */
async function absent() {
  const add: Body = { scProductId: 46410, scApiKey: v.pod_key, urlOrContent: v.text, shortenObjectKind: "content" };
  await report("add_link", async () => (await call({ ...add, tags: undefined })).code);
}

async function sabapayamak() {
  const api = new Sabapayamak.LoginApi(new Sabapayamak.Configuration({ basePath: v.url }));
  const login = (password: string) =>
    api.authenticate({
      login: { username: v.saba_username, password, virtualNumber: v.saba_number, tokenValidDay: 15 },
    });
  await report("authenticate", async () => {
    const session = (await login(v.saba_password)).data as Record<string, unknown> | null;
    return typeof (session?.token ?? session?.Token);
  });
  await report("authenticate refused", async () => {
    const envelope = await login("wrong-password").catch((error) => refusal<Sabapayamak.Envelope>(error));
    return envelope.errors?.[0].code;
  });
}

async function smsafzar(numbers: boolean) {
  const api = new Smsafzar.LoginApi(new Smsafzar.Configuration({ basePath: v.url }));
  const login = (password: string) =>
    api.authenticate({ login: { userName: v.afzar_username, password, domain: v.afzar_domain } });
  const code = (password: string) =>
    login(password).then(
      () => undefined,
      async (error) => (await refusal<Smsafzar.Refusal>(error)).errorCode,
    );
  if (numbers) {
    await report("authenticate refused", () => code(v.afzar_password));
    return;
  }
  await report("authenticate", async () => typeof (await login(v.afzar_password)).token);
  await report("authenticate refused", () => code("wrong-password"));
}

const runs: Record<string, () => Promise<void>> = {
  aparat: () => aparat(false),
  "text/html": () => aparat(true),
  broken: () => aparat(true),
  podlink,
  redirect,
  absent,
  sabapayamak,
  smsafzar: () => smsafzar(false),
  numbers: () => smsafzar(true),
};
void runs[process.argv[2]]();
