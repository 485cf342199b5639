import { useVoice } from "../language/language";
import { byName, type Obstacle } from "./passkey";

// ObstacleNote says why there are no passkeys here, with the way out where there is one.
export function ObstacleNote({ obstacle }: { obstacle: Obstacle }) {
  const { t } = useVoice();
  const elsewhere = byName(location.href);
  if (obstacle === "unsupported") return <p className="muted">{t("passkey.unsupported")}</p>;
  if (obstacle === "insecure") return <p className="muted">{t("passkey.needsSecure")}</p>;
  return (
    <p className="muted">
      {t("passkey.needsName")}{" "}
      {elsewhere && <a href={elsewhere}>{t("passkey.openByName", { host: new URL(elsewhere).host })}</a>}
    </p>
  );
}
