import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Arrival } from "./stream";
import { gather, watch } from "./watch";

class FakeSource {
  static CLOSED = 2;
  static all: FakeSource[] = [];
  readyState = 1;
  onopen?: () => void;
  onerror?: () => void;
  onmessage?: (message: { data: string }) => void;
  dropped?: (message: { data: string }) => void;
  closed = false;

  constructor(readonly address: string) {
    FakeSource.all.push(this);
  }

  addEventListener(_: string, handle: (message: { data: string }) => void) {
    this.dropped = handle;
  }

  close() {
    this.closed = true;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeSource);
  FakeSource.all = [];
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("events of one breath are handed on together; what cannot be read is passed over", () => {
  const arrivals: Arrival[] = [];
  const stop = watch("/live", {
    onArrival: (a) => arrivals.push(a),
    onConnection: () => {},
    onRefused: () => {},
  });
  const [source] = FakeSource.all;
  source?.onmessage?.({ data: '{"name":"a"}' });
  source?.onmessage?.({ data: "{" });
  source?.dropped?.({ data: '{"dropped":5}' });
  vi.runAllTimers();
  expect(arrivals).toEqual([{ events: [{ name: "a" }], dropped: 5 }]);
  stop();
  expect(source?.closed).toBe(true);
});

test("after a refusal it asks again, later and later, and stops when told", () => {
  const refused = vi.fn();
  const states: string[] = [];
  const stop = watch("/live", {
    onArrival: () => {},
    onConnection: (state) => states.push(state),
    onRefused: refused,
  });
  for (let i = 0; i < 3; i++) {
    const source = FakeSource.all.at(-1);
    if (source) source.readyState = FakeSource.CLOSED;
    source?.onerror?.();
    vi.runAllTimers();
  }
  expect(FakeSource.all.length).toBe(4);
  expect(refused).toHaveBeenCalledTimes(3);
  FakeSource.all.at(-1)?.onopen?.();
  expect(states.at(-1)).toBe("on");
  stop();
  vi.runAllTimers();
  expect(FakeSource.all.length).toBe(4);
});

test("a flood keeps its newest and counts the rest", () => {
  const arrivals: Arrival[] = [];
  const breath = gather((a) => arrivals.push(a));
  for (let i = 0; i < 700; i++) breath.event({ name: `e${i}` } as never);
  vi.runAllTimers();
  expect(arrivals[0]?.events.length).toBe(500);
  expect(arrivals[0]?.dropped).toBe(200);
});
