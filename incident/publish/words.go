package publish

import (
	"embed"
	"encoding/json"

	"jejak/exposure"
)

//go:embed words/*.json
var wordFiles embed.FS

// words are what the page says of itself, by locale and key.
var words = readWords()

func readWords() map[exposure.Locale]map[string]string {
	all := map[exposure.Locale]map[string]string{}
	for _, l := range exposure.Locales {
		text, err := wordFiles.ReadFile("words/" + string(l) + ".json")
		if err != nil {
			panic("BUG: a locale has no words: " + err.Error())
		}
		of := map[string]string{}
		if err := json.Unmarshal(text, &of); err != nil {
			panic("BUG: a locale's words cannot be read: " + err.Error())
		}
		all[l] = of
	}
	return all
}

// say is what a key says in a locale.
func say(l exposure.Locale, key string) string {
	text, known := words[l][key]
	if !known {
		panic("BUG: there are no words for " + key)
	}
	return text
}
