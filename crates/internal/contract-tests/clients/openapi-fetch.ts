// openapi-typescript and openapi-fetch.

import createClient from "openapi-fetch";
import type { paths as Aparat } from "./made/aparat";
import type { components, paths as Podlink } from "./made/podlink";
import type { paths as Sabapayamak } from "./made/sabapayamak";
import type { paths as Smsafzar } from "./made/smsafzar";
import { inner, report, v } from "./report";

async function aparat(alone: boolean) {
  const client = createClient<Aparat>({ baseUrl: v.url });
  type Query = Aparat["/aparat/api.php"]["get"]["parameters"]["query"];
  const ask = async (query: Query) => {
    const { data } = await client.GET("/aparat/api.php", { params: { query } });
    if (typeof data !== "object") throw new TypeError(`the answer is a ${typeof data}`);
    return data;
  };
  const order: Query = { token: v.aparat_token, link: v.link, count: 50, type: "like" };
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

const gateway = createClient<Podlink>({ baseUrl: v.url });
type Body = Podlink["/srv/sc/nzh/doServiceCall"]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"];
const form = {
  params: { header: { _token_: v.pod_token, _token_issuer_: "1" as const } },
  // Without it a form would go as JSON.
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
};
const call = async (body: Body) => {
  const { data } = await gateway.POST("/srv/sc/nzh/doServiceCall", { ...form, body });
  return inner(data as components["schemas"]["Envelope"]);
};
const visit = async (hash: string) => {
  const body: Body = { scProductId: 46411, scApiKey: v.pod_key, hash };
  return (await gateway.POST("/srv/sc/nzh/doServiceCall", { ...form, body })).data;
};

async function podlink() {
  const scApiKey = v.pod_key;
  const add: Body = { scProductId: 46410, scApiKey, urlOrContent: v.text, shortenObjectKind: "content" };
  const hash = await report("add_link", async () => (await call(add)).result.hash);
  await report("add_link refused", async () => (await call({ ...add, hash })).code);
  await report("visit", () => visit(hash));
  await report("visit refused", async () => inner((await visit("none")) as components["schemas"]["Envelope"]).code);
  const list: Body = { scProductId: 46412, scApiKey, order_asc: false, search_sub_string: v.word };
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

/** An absent optional field, given as nothing. */
async function absent() {
  const add: Body = { scProductId: 46410, scApiKey: v.pod_key, urlOrContent: v.text, shortenObjectKind: "content" };
  await report("add_link", async () => (await call({ ...add, tags: undefined })).code);
}

async function sabapayamak() {
  const client = createClient<Sabapayamak>({ baseUrl: v.url });
  const login = async (Password: string) => {
    const body = { Username: v.saba_username, Password, VirtualNumber: v.saba_number, TokenValidDay: 15 };
    const { data, error } = await client.POST("/api/v1/user/authenticate", { body });
    const envelope = data ?? error;
    if (typeof envelope !== "object") throw new TypeError(`the answer is a ${typeof envelope}`);
    return envelope;
  };
  await report("authenticate", async () => {
    const session = (await login(v.saba_password)).data;
    return typeof (session?.token ?? session?.Token);
  });
  await report("authenticate refused", async () => (await login("wrong-password")).errors?.[0].code);
}

async function smsafzar(numbers: boolean) {
  const client = createClient<Smsafzar>({ baseUrl: v.url });
  const login = (password: string) =>
    client.POST("/auth/token", { body: { userName: v.afzar_username, password, domain: v.afzar_domain } });
  const code = async (password: string) => {
    const { error } = await login(password);
    return typeof error === "object" ? error.errorCode : error;
  };
  if (numbers) {
    await report("authenticate refused", () => code(v.afzar_password));
    return;
  }
  await report("authenticate", async () => typeof (await login(v.afzar_password)).data?.token);
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
