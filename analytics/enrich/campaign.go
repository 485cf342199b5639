package enrich

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"jejak/event"
)

// isCampaign tells the parameters by which a campaign or an advertisement marks its visitors (wire spec, 2.3).
func isCampaign(key, _ string) bool {
	switch key {
	case "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "utm_id",
		"utm_source_platform", "utm_campaign_id", "utm_creative_format", "utm_marketing_tactic",
		"dclid", "fbclid", "gclid", "ko_click_id", "li_fat_id", "msclkid", "sccid", "ttclid", "twclid", "wbraid":
		return true
	}
	return false
}

const maxText = 255 // characters of a text that is added

// describeCampaign adds the campaign's parameters of the page's URL that the client did not send.
func describeCampaign(ev *event.Event, page string) {
	_, query, ok := strings.Cut(page, "?")
	if !ok {
		return
	}
	query, _, _ = strings.Cut(query, "#")
	for part := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(part, "=")
		if isCampaign(key, value) {
			addText(ev, key, decoded(value))
		}
	}
}

// decoded is the text of a parameter; empty when it is none.
func decoded(value string) string {
	text, err := url.QueryUnescape(value)
	if err != nil || !utf8.ValidString(text) {
		return ""
	}
	if utf8.RuneCountInString(text) > maxText {
		return string([]rune(text)[:maxText])
	}
	return text
}
