import type { LiveDropped, LiveEvent } from "../api/types";
import type { Arrival } from "./stream";

export type Connection = "connecting" | "on" | "lost";

export type Listener = {
  onArrival: (arrival: Arrival) => void;
  onConnection: (connection: Connection) => void;
  // onRefused: the server answered, and it was not a stream. The watcher tries again all the same.
  onRefused: () => void;
};

// breathMillis: a flood of events is handed on this often, not one by one.
const breathMillis = 150;

// A breath holds no more than a list shows.
const breathLimit = 500;

const firstPause = 1_000;
const longestPause = 30_000;

// watch listens to a stream of events until the returned function is called. The browser reconnects by itself after a
// cut; after a refusal it does not, so we do.
export function watch(address: string, listener: Listener): () => void {
  let source: EventSource;
  let clock: ReturnType<typeof setTimeout> | undefined;
  let pause = firstPause;
  const breath = gather(listener.onArrival);

  const open = () => {
    source = new EventSource(address);
    source.onopen = () => {
      pause = firstPause;
      listener.onConnection("on");
    };
    source.onmessage = (message) => breath.event(parsed<LiveEvent>(message.data));
    source.addEventListener("dropped", (message) => breath.dropped(parsed<LiveDropped>(message.data)));
    source.onerror = () => {
      listener.onConnection("lost");
      if (source.readyState !== EventSource.CLOSED) return;
      listener.onRefused();
      clock = setTimeout(open, pause);
      pause = Math.min(pause * 2, longestPause);
    };
  };

  open();
  return () => {
    clearTimeout(clock);
    breath.stop();
    source.close();
  };
}

// gather collects what arrives and hands it on breath by breath.
export function gather(hand: (arrival: Arrival) => void) {
  let held: Arrival = { events: [], dropped: 0 };
  let clock: ReturnType<typeof setTimeout> | undefined;
  const later = () => {
    clock ??= setTimeout(() => {
      clock = undefined;
      hand(held);
      held = { events: [], dropped: 0 };
    }, breathMillis);
  };
  return {
    event(event: LiveEvent | undefined) {
      if (!event) return;
      held.events.push(event);
      if (held.events.length > breathLimit) {
        held.events.shift();
        held.dropped++;
      }
      later();
    },
    dropped(message: LiveDropped | undefined) {
      held.dropped += message?.dropped ?? 0;
      later();
    },
    stop: () => clearTimeout(clock),
  };
}

function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
