import { useVoice } from "../language/language";

// Nothing stands in the place of a picture of which no event is a part.
export function Nothing() {
  const { t } = useVoice();
  return (
    <div className="empty">
      <strong>{t("answer.nothing")}</strong>
      <p>{t("answer.nothingHint")}</p>
    </div>
  );
}
