// @hey-api/openapi-ts with its client for fetch.

import { client as aparatClient } from "./made/aparat/client.gen";
import { type PanelData, panel } from "./made/aparat";
import { client as podlinkClient } from "./made/podlink/client.gen";
import { type DoServiceCallData, type Envelope, doServiceCall } from "./made/podlink";
import { client as sabapayamakClient } from "./made/sabapayamak/client.gen";
import { authenticate as sabapayamakLogin } from "./made/sabapayamak";
import { client as smsafzarClient } from "./made/smsafzar/client.gen";
import { authenticate as smsafzarLogin } from "./made/smsafzar";
import { client as smsafzarApiClient } from "./made/smsafzarapi/client.gen";
import * as smsafzarSms from "./made/smsafzarapi";
import { client as sabapayamakApiClient } from "./made/sabapayamakapi/client.gen";
import * as sabapayamakSms from "./made/sabapayamakapi";
import { count, inner, report, sentId, v } from "./report";

for (const client of [aparatClient, podlinkClient, sabapayamakClient, smsafzarClient]) {
  client.setConfig({ baseUrl: v.url });
}

async function aparat(alone: boolean) {
  type Query = PanelData["query"];
  const ask = async (query: Query) => {
    const { data } = await panel({ query });
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

type Body = DoServiceCallData["body"];
const headers = { _token_: v.pod_token, _token_issuer_: "1" as const };
const call = async (body: Body) => inner((await doServiceCall({ headers, body })).data as Envelope);
const visit = async (hash: string) => {
  const body: Body = { scProductId: 46411, scApiKey: v.pod_key, hash };
  return (await doServiceCall({ headers, body })).data;
};

async function podlink() {
  const scApiKey = v.pod_key;
  const add: Body = { scProductId: 46410, scApiKey, urlOrContent: v.text, shortenObjectKind: "content" };
  const hash = await report("add_link", async () => (await call(add)).result.hash);
  await report("add_link refused", async () => (await call({ ...add, hash })).code);
  await report("visit", () => visit(hash));
  await report("visit refused", async () => inner((await visit("none")) as Envelope).code);
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
  const login = async (Password: string) => {
    const body = { Username: v.saba_username, Password, VirtualNumber: v.saba_number, TokenValidDay: 15 };
    const { data, error } = await sabapayamakLogin({ body });
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
  const login = (password: string) =>
    smsafzarLogin({ body: { userName: v.afzar_username, password, domain: v.afzar_domain } });
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

async function smsafzarApi() {
  await report("authenticate", async () => {
    const body = { userName: v.afzar_username, password: v.afzar_password, domain: v.afzar_domain };
    const auth = (await smsafzarLogin({ body })).data?.token;
    smsafzarApiClient.setConfig({ baseUrl: v.url, auth });
    return typeof auth;
  });
  const sms = smsafzarSms;
  const sent = await report("send", async () => {
    const body = { senderNumber: v.line, recipientNumber: v.mobile, content: v.text };
    return (await sms.send({ body })).data?.sentMessageIdes?.[0];
  });
  let batchId = "";
  await report("send_bulk", async () => {
    const numbers = { senderNumbers: [v.line], recipientNumbers: [v.mobile, "09350000000"] };
    const { data } = await sms.sendBulk({ body: { ...numbers, contents: ["سلام"], sendTimestamp: 4102444800 } });
    batchId = String(data?.batchId);
    return data?.sentMessageIdes?.length;
  });
  const cancel = (batchId: string) => sms.cancel({ path: { batchId } });
  await report("cancel", async () => ((await cancel(batchId)).data ? "done" : "not done"));
  await report("cancel refused", async () => ((await cancel("none")).error as { errorCode: number }).errorCode);
  await report("send_template", async () => {
    const parameters = [{ name: "code", value: "۱۲۳۴" }];
    const body = { recipientNumber: v.mobile, templateId: v.template, parameters };
    return (await sms.sendTemplate({ body })).data?.sentMessageIdes?.length;
  });
  await report("status", async () => {
    const { data } = await sms.status({ body: { sentMessageIdes: [sent] } });
    return (data as any).messages.length;
  });
  await report("received", async () => ((await sms.received({ query: { count: 5 } })).data as any).messages.length);
  await report("balance", async () => (await sms.balance()).data?.unit);
}

async function sabapayamakApi() {
  await report("authenticate", async () => {
    const numbers = { VirtualNumber: v.saba_number, TokenValidDay: 15 };
    const body = { Username: v.saba_username, Password: v.saba_password, ...numbers };
    const session = (await sabapayamakLogin({ body })).data?.data;
    const auth = (session?.token ?? session?.Token) as string;
    sabapayamakApiClient.setConfig({ baseUrl: v.url, auth });
    return typeof auth;
  });
  const sms = sabapayamakSms;
  const span = { query: { StartDate: v.first, EndDate: v.last } };
  const line = { path: { number: v.saba_number } };
  const answer = async (asked: Promise<unknown>) => ((await asked) as { data?: any }).data;
  let id = "";
  await report("send", async () => {
    id = String(sentId(await answer(sms.send({ body: { Text: v.text, Numbers: [v.mobile] } }))));
    return id;
  });
  await report("messages", async () => count(await answer(sms.messages(span))));
  await report("message", async () => (await answer(sms.message({ path: { id } }))).status);
  await report("messages_of_line", async () => count(await answer(sms.messagesOfLine(line))));
  await report("deliveries", async () => count(await answer(sms.deliveries({ path: { messageId: id } }))));
  await report("credit", async () => (await answer(sms.credit())).status);
  await report("credits", async () => count(await answer(sms.credits(span))));
  await report("latest_credits", async () => count(await answer(sms.latestCredits({ path: { count: "5" } }))));
  await report("received", async () => count(await answer(sms.received(span))));
  await report("received_by_id", async () => (await answer(sms.receivedById({ path: { id: "1" } }))).status);
  await report("received_on_line", async () => count(await answer(sms.receivedOnLine(line))));
  await report("unread_between", async () => count(await answer(sms.unreadBetween(span))));
  await report("unread", async () => count(await answer(sms.unread())));
  await report("unread_on_line", async () => count(await answer(sms.unreadOnLine(line))));
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
