// openapi-generator's typescript-fetch.

import * as Aparat from "./made/aparat";
import * as Podlink from "./made/podlink";
import * as Sabapayamak from "./made/sabapayamak";
import * as SabapayamakApi from "./made/sabapayamakapi";
import * as Smsafzar from "./made/smsafzar";
import * as SmsafzarApi from "./made/smsafzarapi";
import { count, inner, report, sentId, v } from "./report";

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

async function smsafzarApi() {
  const api = new Smsafzar.LoginApi(new Smsafzar.Configuration({ basePath: v.url }));
  let accessToken: string | undefined;
  await report("authenticate", async () => {
    const login = { userName: v.afzar_username, password: v.afzar_password, domain: v.afzar_domain };
    accessToken = (await api.authenticate({ login })).token;
    return typeof accessToken;
  });
  const sms = new SmsafzarApi.SmsApi(new SmsafzarApi.Configuration({ basePath: v.url, accessToken }));
  const sent = await report("send", async () => {
    const message = { senderNumber: v.line, recipientNumber: v.mobile, content: v.text };
    return (await sms.send({ message })).sentMessageIdes?.[0];
  });
  let batchId = "";
  await report("send_bulk", async () => {
    const numbers = { senderNumbers: [v.line], recipientNumbers: [v.mobile, "09350000000"] };
    const batch = await sms.sendBulk({ bulk: { ...numbers, contents: ["سلام"], sendTimestamp: 4102444800 } });
    batchId = String(batch.batchId);
    return batch.sentMessageIdes?.length;
  });
  await report("cancel", async () => ((await sms.cancel({ batchId })) ? "done" : "not done"));
  await report("cancel refused", async () => {
    const refused = await sms.cancel({ batchId: "none" }).catch((error) => refusal<SmsafzarApi.Refusal>(error));
    return (refused as SmsafzarApi.Refusal).errorCode;
  });
  await report("send_template", async () => {
    const parameters = [{ name: "code", value: "۱۲۳۴" }];
    const template = { recipientNumber: v.mobile, templateId: v.template, parameters };
    return (await sms.sendTemplate({ template })).sentMessageIdes?.length;
  });
  await report("status", async () => {
    const statuses: any = await sms.status({ statusQuery: { sentMessageIdes: [sent] } });
    return statuses.messages.length;
  });
  await report("received", async () => ((await sms.received({ count: 5 })) as any).messages.length);
  await report("balance", async () => (await sms.balance()).unit);
}

async function sabapayamakApi() {
  const api = new Sabapayamak.LoginApi(new Sabapayamak.Configuration({ basePath: v.url }));
  let accessToken: string | undefined;
  await report("authenticate", async () => {
    const numbers = { virtualNumber: v.saba_number, tokenValidDay: 15 };
    const login = { username: v.saba_username, password: v.saba_password, ...numbers };
    const session = (await api.authenticate({ login })).data as Record<string, string> | null;
    accessToken = session?.token ?? session?.Token;
    return typeof accessToken;
  });
  const sms = new SabapayamakApi.SmsApi(new SabapayamakApi.Configuration({ basePath: v.url, accessToken }));
  const [span, line] = [{ startDate: v.first, endDate: v.last }, { number: v.saba_number }];
  let id = "";
  await report("send", async () => {
    id = String(sentId(await sms.send({ message: { text: v.text, numbers: [v.mobile] } })));
    return id;
  });
  await report("messages", async () => count(await sms.messages(span)));
  await report("message", async () => (await sms.message({ id })).status);
  await report("messages_of_line", async () => count(await sms.messagesOfLine(line)));
  await report("deliveries", async () => count(await sms.deliveries({ messageId: id })));
  await report("credit", async () => (await sms.credit()).status);
  await report("credits", async () => count(await sms.credits(span)));
  await report("latest_credits", async () => count(await sms.latestCredits({ count: "5" })));
  await report("received", async () => count(await sms.received(span)));
  await report("received_by_id", async () => (await sms.receivedById({ id: "1" })).status);
  await report("received_on_line", async () => count(await sms.receivedOnLine(line)));
  await report("unread_between", async () => count(await sms.unreadBetween(span)));
  await report("unread", async () => count(await sms.unread()));
  await report("unread_on_line", async () => count(await sms.unreadOnLine(line)));
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
  "smsafzar-api": smsafzarApi,
  "sabapayamak-api": sabapayamakApi,
};
void runs[process.argv[2]]();
