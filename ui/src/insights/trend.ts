import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { askTrend } from "../api/ask";
import type { Answer, Question } from "../api/types";
import type { Report } from "./report";

// Shown is an answer with the report it answers: while the next one loads, the page still draws this pair.
export type Shown = { answer: Answer; report: Report };

export type Trend = {
  shown: Shown | undefined;
  // loading: an answer is on its way. stale: what is shown answers an earlier question.
  loading: boolean;
  stale: boolean;
  error: unknown;
  cancel: () => void;
  again: () => void;
};

const restMillis = 200;

// useTrend asks the question whenever it changes and has rested for a moment. Without a question it keeps the last answer.
export function useTrend(project: number, question: Question | undefined, report: Report): Trend {
  const keeper = useQueryClient();
  const asking = useMemo(() => ({ question, report }), [question, report]);
  const [rested] = useDebouncedValue(JSON.stringify(asking), restMillis, { leading: true });
  const asked = useMemo(() => JSON.parse(rested) as { question?: Question; report: Report }, [rested]);
  const key = ["trend", project, JSON.stringify(asked.question)];
  const query = useQuery({
    queryKey: key,
    queryFn: async ({ signal }): Promise<Shown> => {
      if (!asked.question) throw new Error("BUG: asked without a question");
      return { answer: await askTrend(project, asked.question, signal), report: asked.report };
    },
    enabled: asked.question !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    gcTime: 60_000,
  });
  return {
    // A change that asks nothing new (a hidden line, another kind of picture) shows at once.
    shown:
      query.data && !query.isPlaceholderData
        ? { answer: query.data.answer, report: asked.report }
        : query.data,
    loading: query.isFetching,
    stale: query.isPlaceholderData,
    error: query.error,
    cancel: () => void keeper.cancelQueries({ queryKey: key }),
    again: () => void query.refetch(),
  };
}
