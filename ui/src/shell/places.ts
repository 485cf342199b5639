// Properties that tell where somebody was, as the server takes them from its location database.
const placeNames = new Set(["$city", "$region", "mp_country_code", "$country_code"]);

// hasPlace tells whether one of these properties is a place.
export const hasPlace = (properties: string[]) => properties.some((name) => placeNames.has(name));
