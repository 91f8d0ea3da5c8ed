import { createHmac, randomUUID } from 'node:crypto';

/** One attempt to deliver; a redelivery is another attempt with the same `guid`. */
export type Delivery = {
  id: number;
  guid: string;
  event: string;
  action: string | null;
  repository: string;
  payload: object;
  delivered_at: string;
  redelivery: boolean;
  /** The receiver's answer; 502 when nobody answered, 504 after ten seconds. */
  status_code: number;
  response: string;
};

/** `kind`: whether the App's hook or the repository's own hook sends. `events`: only these are sent; default all. */
export type Receiver = { url: string; secret: string; events?: readonly string[]; kind?: 'app' | 'repository' };
export type DeliveryOptions = { delivery?: string; signature?: string; body?: string };

/** Sends signed deliveries and remembers what became of each. */
export type Hooks = {
  readonly receiver: Receiver | undefined;
  readonly deliveries: Delivery[];
  to(receiver: Receiver | undefined): void;
  /** The attempt after the receiver answered. Without a receiver nothing is sent and there is no attempt. */
  send(event: string, payload: object, options?: DeliveryOptions): Promise<Delivery | undefined>;
  /** The same, not waited for: as GitHub does after an API call. */
  later(event: string, payload: object): void;
  again(id: number): Promise<Delivery | undefined>;
  /** Settles when nothing is under way. */
  idle(): Promise<void>;
};

const answerWithinMs = 10_000;

export function createHooks(nextId: () => number): Hooks {
  const deliveries: Delivery[] = [];
  const underWay = new Set<Promise<unknown>>();
  let receiver: Receiver | undefined;

  async function attempt(
    to: Receiver,
    told: Omit<Delivery, 'id' | 'delivered_at' | 'status_code' | 'response'>,
    options: DeliveryOptions,
  ): Promise<Delivery> {
    const body = options.body ?? JSON.stringify(told.payload);
    const signature = options.signature ?? `sha256=${createHmac('sha256', to.secret).update(body).digest('hex')}`;
    const at = new Date().toISOString();
    const answer = await post(to.url, body, {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/0',
      'x-github-event': told.event,
      'x-github-delivery': told.guid,
      'x-hub-signature-256': signature,
    });
    const delivery = { ...told, ...answer, id: nextId(), delivered_at: at };
    deliveries.push(delivery);
    return delivery;
  }

  async function tracked<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
    }
  }

  const hooks: Hooks = {
    get receiver() {
      return receiver;
    },
    deliveries,
    to: (next) => void (receiver = next),
    async send(event, payload, options = {}) {
      if (receiver === undefined || (receiver.events !== undefined && !receiver.events.includes(event))) return undefined;
      const told = { guid: options.delivery ?? randomUUID(), event, ...factsOf(payload), payload, redelivery: false };
      return await tracked(attempt(receiver, told, options));
    },
    later: (event, payload) => void hooks.send(event, payload),
    async again(id) {
      const first = deliveries.find((delivery) => delivery.id === id);
      if (first === undefined || receiver === undefined) return undefined;
      const { guid, event, action, repository, payload } = first;
      return await tracked(attempt(receiver, { guid, event, action, repository, payload, redelivery: true }, {}));
    },
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
  return hooks;
}

function factsOf(payload: object): { action: string | null; repository: string } {
  const { action, repository } = payload as { action?: string; repository?: { full_name?: string } };
  return { action: action ?? null, repository: repository?.full_name ?? '' };
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<{ status_code: number; response: string }> {
  try {
    const response = await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(answerWithinMs) });
    return { status_code: response.status, response: await response.text() };
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    return { status_code: late ? 504 : 502, response: late ? 'timed out' : 'failed to connect to host' };
  }
}
