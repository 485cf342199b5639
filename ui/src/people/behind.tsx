import "./people.css";
import { Button, Drawer } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "../api/ask";
import { Problem } from "../api/problem";
import type { PeopleAnswer, PeopleQuestion, ReportQuestion } from "../api/types";
import type { Cell } from "../builder/base";
import { segmentLabel, useValueWords, valueLabel } from "../builder/value";
import { useVoice, type Voice } from "../language/language";
import { Notice } from "../shell/notice";
import { troubleText } from "../shell/trouble";

type BehindProps = {
  project: number;
  question: ReportQuestion;
  cell: Cell;
  zone: string;
  onClose: () => void;
};

type Page = { after?: number; group?: unknown };

// Behind lists who counts in a number, beside the report it stands in. People are numbers; their names are not here.
export function Behind({ project, question, cell, zone, onClose }: BehindProps) {
  const voice = useVoice();
  const { t } = voice;
  const asked = useInfiniteQuery({
    queryKey: ["behind", project, JSON.stringify(question), JSON.stringify(cell)],
    queryFn: ({ signal, pageParam }) => ask<PeopleAnswer>(project, asking(question, cell, pageParam), signal),
    initialPageParam: {} as Page,
    getNextPageParam: (last): Page | undefined =>
      last.next !== undefined
        ? { after: last.next }
        : last.next_group !== undefined
          ? { group: last.next_group }
          : undefined,
  });
  const pages = asked.data?.pages ?? [];
  const first = pages[0];
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="sm"
      title={t("behind.title")}
      closeButtonProps={{ "aria-label": t("behind.close") }}
      overlayProps={{ backgroundOpacity: 0.2 }}
    >
      <Facts cell={cell} zone={zone} voice={voice} />
      {asked.error && (
        <Notice kind="bad">
          {isGone(asked.error) ? t("behind.gone") : (faultText(asked.error) ?? troubleText(asked.error, t))}
        </Notice>
      )}
      {!first && !asked.error && <p className="muted">{t("answer.loading")}</p>}
      {first && <Listed project={project} question={question} pages={pages} />}
      {asked.hasNextPage && (
        <Button
          variant="default"
          mt="sm"
          loading={asked.isFetchingNextPage}
          onClick={() => void asked.fetchNextPage()}
        >
          {t("behind.more")}
        </Button>
      )}
    </Drawer>
  );
}

const isGone = (error: unknown) =>
  error instanceof Problem && error.faults.some((fault) => fault.code === "not_in_answer");

const faultText = (error: unknown) =>
  error instanceof Problem && error.status === 422 ? error.faults[0]?.message : undefined;

function asking(of: ReportQuestion, cell: Cell, page: Page): PeopleQuestion {
  return {
    kind: "people",
    of,
    cell: cell as PeopleQuestion["cell"],
    limit: 100,
    ...(page.after !== undefined && { after: page.after }),
    ...(page.group !== undefined && { after_group: page.group }),
  };
}

function Listed({
  project,
  question,
  pages,
}: {
  project: number;
  question: ReportQuestion;
  pages: PeopleAnswer[];
}) {
  const { t } = useVoice();
  const words = useValueWords();
  const count = pages[0]?.count ?? 0;
  const groups = question.by !== undefined;
  if (count === 0) return <p className="muted">{t("behind.nobody")}</p>;
  return (
    <>
      <p className="behind-count" role="status">
        {groups ? t("behind.groups", { count }) : t("behind.people", { count })}
      </p>
      <ul className="behind-list" aria-label={t("behind.title")}>
        {pages.flatMap((page) => [
          ...page.people.map((number) => (
            <li key={number}>
              <Link
                to="/projects/$project/people/$number"
                params={{ project: String(project), number: String(number) }}
              >
                {t("behind.person", { number: String(number) })}
              </Link>
            </li>
          )),
          ...(page.groups ?? []).map((group) => (
            <li key={JSON.stringify(group)}>{valueLabel(group, words)}</li>
          )),
        ])}
      </ul>
    </>
  );
}

// Facts say which number it is.
function Facts({ cell, zone, voice }: { cell: Cell; zone: string; voice: Voice }) {
  const words = useValueWords();
  const { t, format } = voice;
  const facts = [
    typeof cell.metric === "string" && t("cell.metric", { name: cell.metric }),
    typeof cell.step === "number" && t("cell.step", { step: String(cell.step) }),
    cell.dropped === true && t("cell.dropped"),
    cell.drop_off === true && t("cell.dropOff"),
    Array.isArray(cell.node) && cell.node.length > 0 && segmentLabel(cell.node, words),
    cell.rest === true && words.other,
    typeof cell.state === "string" && t(`state.${cell.state as "new"}`),
    typeof cell.units === "number" && cell.units > 0 && t("cell.units", { count: cell.units }),
    typeof cell.interval === "string" &&
      t("cell.interval", { start: format.moment(new Date(cell.interval), zone) }),
    typeof cell.bucket === "number" && t("cell.bucket", { bucket: String(cell.bucket) }),
    cell.other === true && words.other,
    Array.isArray(cell.segment) && cell.segment.length > 0 && segmentLabel(cell.segment, words),
    cell.compare === true && t("cell.compare"),
  ].filter((fact): fact is string => typeof fact === "string");
  if (facts.length === 0) return null;
  return (
    <ul className="behind-facts">
      {facts.map((fact) => (
        <li className="chip cut" key={fact}>
          {fact}
        </li>
      ))}
    </ul>
  );
}
