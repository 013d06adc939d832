// openapi-typescript and openapi-fetch.

import createClient from "openapi-fetch";
import type { paths as Aparat } from "./made/aparat";
import type { components, paths as Podlink } from "./made/podlink";
import type { paths as Sabapayamak } from "./made/sabapayamak";
import type { paths as SabapayamakApi } from "./made/sabapayamakapi";
import type { paths as Smsafzar } from "./made/smsafzar";
import type { paths as SmsafzarApi } from "./made/smsafzarapi";
import { count, inner, report, sentId, v } from "./report";

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

const bearer = (token: unknown) => ({ baseUrl: v.url, headers: { Authorization: `Bearer ${token}` } });

async function smsafzarApi() {
  const login = createClient<Smsafzar>({ baseUrl: v.url });
  let token: unknown;
  await report("authenticate", async () => {
    const body = { userName: v.afzar_username, password: v.afzar_password, domain: v.afzar_domain };
    token = (await login.POST("/auth/token", { body })).data?.token;
    return typeof token;
  });
  const sms = createClient<SmsafzarApi>(bearer(token));
  const sent = await report("send", async () => {
    const body = { senderNumber: v.line, recipientNumber: v.mobile, content: v.text };
    return (await sms.POST("/messages/send", { body })).data?.sentMessageIdes?.[0];
  });
  let batchId = "";
  await report("send_bulk", async () => {
    const numbers = { senderNumbers: [v.line], recipientNumbers: [v.mobile, "09350000000"] };
    const body = { ...numbers, contents: ["سلام"], sendTimestamp: 4102444800 };
    const { data } = await sms.POST("/messages/send/bulk", { body });
    batchId = String(data?.batchId);
    return data?.sentMessageIdes?.length;
  });
  const cancel = (batchId: string) =>
    sms.DELETE("/messages/send/scheduled/{batchId}", { params: { path: { batchId } } });
  await report("cancel", async () => ((await cancel(batchId)).data ? "done" : "not done"));
  await report("cancel refused", async () => ((await cancel("none")).error as { errorCode: number }).errorCode);
  await report("send_template", async () => {
    const parameters = [{ name: "code", value: "۱۲۳۴" }];
    const body = { recipientNumber: v.mobile, templateId: v.template, parameters };
    return (await sms.POST("/messages/send/template", { body })).data?.sentMessageIdes?.length;
  });
  await report("status", async () => {
    const body = { sentMessageIdes: [sent] };
    return ((await sms.POST("/messages/status", { body })).data as any).messages.length;
  });
  await report("received", async () => {
    const params = { query: { count: 5 } };
    return ((await sms.GET("/messages/received/recent", { params })).data as any).messages.length;
  });
  await report("balance", async () => (await sms.GET("/account/balance")).data?.unit);
}

async function sabapayamakApi() {
  const login = createClient<Sabapayamak>({ baseUrl: v.url });
  let token: unknown;
  await report("authenticate", async () => {
    const numbers = { VirtualNumber: v.saba_number, TokenValidDay: 15 };
    const body = { Username: v.saba_username, Password: v.saba_password, ...numbers };
    const session = (await login.POST("/api/v1/user/authenticate", { body })).data?.data;
    token = session?.token ?? session?.Token;
    return typeof token;
  });
  const sms = createClient<SabapayamakApi>(bearer(token));
  const query = { StartDate: v.first, EndDate: v.last };
  const [span, number] = [{ params: { query } }, { params: { path: { number: v.saba_number } } }];
  let id = "";
  await report("send", async () => {
    const body = { Text: v.text, Numbers: [v.mobile] };
    id = String(sentId((await sms.POST("/api/v1/message", { body })).data));
    return id;
  });
  const path = { path: { id, messageId: id } };
  await report("messages", async () => count((await sms.GET("/api/v1/messages", span)).data));
  await report("message", async () => (await sms.GET("/api/v1/messages/{id}", { params: path })).data?.status);
  await report("messages_of_line", async () => count((await sms.GET("/api/v1/messages/number/{number}", number)).data));
  await report("deliveries", async () =>
    count((await sms.GET("/api/v1/deliveries/{messageId}", { params: path })).data),
  );
  await report("credit", async () => (await sms.GET("/api/v1/credit")).data?.status);
  await report("credits", async () => count((await sms.GET("/api/v1/credits", span)).data));
  const latest = { params: { path: { count: "5" } } };
  await report("latest_credits", async () => count((await sms.GET("/api/v1/credits/{count}", latest)).data));
  await report("received", async () => count((await sms.GET("/api/v1/recived-messages", span)).data));
  const first = { params: { path: { id: "1" } } };
  await report("received_by_id", async () => (await sms.GET("/api/v1/recived-messages/{id}", first)).data?.status);
  const line = "/api/v1/recived-messages/virtaul-number/{number}" as const;
  await report("received_on_line", async () => count((await sms.GET(line, number)).data));
  await report("unread_between", async () => count((await sms.GET("/api/v1/recived-messages/date/unread", span)).data));
  await report("unread", async () => count((await sms.GET("/api/v1/recived-messages/unread")).data));
  await report("unread_on_line", async () => count((await sms.GET(`${line}/unread`, number)).data));
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
