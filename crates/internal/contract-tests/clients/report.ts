// What every program here shares: the values of the run, and a line for each call.

/** The addresses, accounts and texts of the run. */
export const v = JSON.parse(process.env.VALUES!) as Record<string, string>;

/** Says what a call gave its caller. */
export async function report(call: string, ask: () => Promise<unknown>): Promise<any> {
  let outcome: unknown;
  try {
    outcome = await ask();
  } catch (error) {
    outcome = `raised ${(error as Error).name}`;
  }
  console.log(JSON.stringify([call, String(outcome)]));
  return outcome;
}

type Inner = { code?: unknown; result?: any } | string | null | undefined;

/** The product's answer inside of POD's envelope, which is an object or a string of JSON. */
export function inner(envelope: { result?: unknown } | undefined): { code?: unknown; result?: any } {
  const passed = envelope?.result as { result?: Inner } | null | undefined;
  const product = passed?.result;
  return typeof product === "string" ? JSON.parse(product) : (product ?? {});
}

/** What an envelope of Sabapayamak has: how many items, or the message that was sent. */
export const count = (envelope: { data?: any } | undefined) => envelope?.data?.length ?? 0;
export const sentId = (envelope: { data?: any } | undefined) => envelope?.data?.Id ?? envelope?.data?.id;
