import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { ask } from "../api/ask";
import type { ReportQuestion } from "../api/types";

// Shown is an answer with the report and the question it answers: while the next one loads, the page still draws these.
export type Shown<R, A> = { answer: A; report: R; question: ReportQuestion };

export type Asking<R, A> = {
  shown: Shown<R, A> | undefined;
  // loading: an answer is on its way. stale: what is shown answers an earlier question.
  loading: boolean;
  stale: boolean;
  error: unknown;
  cancel: () => void;
  again: () => void;
};

const restMillis = 200;

// useAnswer asks the question whenever it changes and has rested for a moment. Without a question it keeps the last answer.
export function useAnswer<R, A>(
  project: number,
  question: ReportQuestion | undefined,
  report: R,
): Asking<R, A> {
  const keeper = useQueryClient();
  const asking = useMemo(() => ({ question, report }), [question, report]);
  const [rested] = useDebouncedValue(JSON.stringify(asking), restMillis, { leading: true });
  const asked = useMemo(() => JSON.parse(rested) as { question?: ReportQuestion; report: R }, [rested]);
  const key = ["answer", project, JSON.stringify(asked.question)];
  const query = useQuery({
    queryKey: key,
    queryFn: async ({ signal }): Promise<Shown<R, A>> => {
      const { question, report } = asked;
      if (!question) throw new Error("BUG: asked without a question");
      return { answer: await ask<A>(project, question, signal), report, question };
    },
    enabled: asked.question !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    gcTime: 60_000,
  });
  return {
    // A change that asks nothing new (a hidden line, another kind of picture) shows at once.
    shown: query.data && !query.isPlaceholderData ? { ...query.data, report: asked.report } : query.data,
    loading: query.isFetching,
    stale: query.isPlaceholderData,
    error: query.error,
    cancel: () => void keeper.cancelQueries({ queryKey: key }),
    again: () => void query.refetch(),
  };
}
