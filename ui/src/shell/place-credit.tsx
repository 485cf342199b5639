import { useQuery } from "@tanstack/react-query";
import { me } from "../api/keep";
import { useVoice } from "../language/language";

// PlaceCredit names the location database, which its licence wants on every page that shows places.
export function PlaceCredit() {
  const { t } = useVoice();
  const places = useQuery(me).data?.place_data;
  if (!places?.installed || places.name === "") return null;
  return (
    <span className="muted">
      {t("shell.places")} {isWeb(places.link) ? <a href={places.link}>{places.name}</a> : places.name}
    </span>
  );
}

const isWeb = (link: string) => /^https?:\/\//.test(link);
