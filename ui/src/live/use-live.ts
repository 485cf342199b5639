import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { liveAddress } from "../api/ask";
import { me } from "../api/keep";
import { cleared, emptyStream, paused, resumed, withArrival } from "./stream";
import { type Connection, watch } from "./watch";

// useLive follows a project's events while the page is open.
export function useLive(project: number) {
  const [stream, setStream] = useState(emptyStream);
  const [connection, setConnection] = useState<Connection>("connecting");
  const keeper = useQueryClient();
  const router = useRouter();

  useEffect(() => {
    setStream(emptyStream);
    setConnection("connecting");
    return watch(liveAddress(project), {
      onArrival: (arrival) => setStream((old) => withArrival(old, arrival)),
      onConnection: setConnection,
      // The session may have ended: a stream cannot say so, but the next look at the page does.
      onRefused: () => void keeper.invalidateQueries(me).then(() => router.invalidate()),
    });
  }, [project, keeper, router]);

  return {
    stream,
    connection,
    pause: () => setStream(paused),
    resume: () => setStream(resumed),
    clear: () => setStream(cleared),
  };
}

export type Live = ReturnType<typeof useLive>;
