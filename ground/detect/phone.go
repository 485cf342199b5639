package detect

import "strings"

// phoneOf: an international number with +; an Indonesian mobile number as 08… or 62 8…; under a name that says phone, any
// plausible number; North American and others in brackets or groups when the text says so.
func phoneOf(f *figures, s *scanner) (Class, Confidence, string) {
	if f.n > 15 || f.allSame() && !f.plus {
		return "", 0, ""
	}
	d := f.plain()
	switch {
	case f.plus && f.n >= 8 && callingCode(d):
		return Phone, Sure, "international"
	case isIndonesianMobile(d):
		if s.hints.number && !s.hints.has(Phone) {
			return "", 0, ""
		}
		return Phone, Sure, "indonesia"
	case s.hints.has(Phone) && f.n >= 7 && !f.point || s.hints.has(Phone) && f.n >= 9:
		return Phone, Likely, "name"
	case f.n >= 9 && (s.says(f.from, "phone", "tel", "telp", "hp", "mobile", "whatsapp", "wa", "call", "hubungi", "sms")):
		return Phone, Likely, "text"
	case f.n == 10 && s.text[f.from] == '(' && f.groupsOf(3, 3, 4):
		return Phone, Likely, "brackets"
	}
	return "", 0, ""
}

// isIndonesianMobile: 08 or 628, a known series, 10 to 13 digits in national form.
func isIndonesianMobile(d string) bool {
	switch {
	case strings.HasPrefix(d, "628"):
		d = "0" + d[2:]
	case strings.HasPrefix(d, "08"):
	default:
		return false
	}
	return len(d) >= 10 && len(d) <= 13 && mobileSeries[d[2:4]]
}

// mobileSeries are the two digits behind 08 that operators have.
var mobileSeries = func() map[string]bool {
	t := map[string]bool{}
	for _, s := range strings.Fields("11 12 13 14 15 16 17 18 19 21 22 23 28 31 32 33 38 51 52 53 55 56 57 58 59 77 78 79 81 82 83 84 85 86 87 88 89 95 96 97 98 99") {
		t[s] = true
	}
	return t
}()

// callingCode tells whether an international number begins with a code that is in use (ITU-T E.164).
func callingCode(d string) bool {
	if d[0] == '1' {
		return len(d) == 11 && d[1] > '1' && d[4] > '1'
	}
	if d[0] == '7' {
		return len(d) == 11
	}
	if codes[d[:2]] {
		return len(d) >= 9
	}
	return len(d) >= 10 && codes[d[:3]]
}

var codes = func() map[string]bool {
	t := map[string]bool{}
	for _, c := range strings.Fields(`20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66
		81 82 84 86 90 91 92 93 94 95 98 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237
		238 239 240 241 242 243 244 245 246 248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 267 268 269 290
		291 297 298 299 350 351 352 353 354 355 356 357 358 359 370 371 372 373 374 375 376 377 378 380 381 382 383 385 386 387 389
		420 421 423 500 501 502 503 504 505 506 507 508 509 590 591 592 593 594 595 596 597 598 599 670 672 673 674 675 676 677 678
		679 680 681 682 683 685 686 687 688 689 690 691 692 850 852 853 855 856 870 880 886 960 961 962 963 964 965 966 967 968 970
		971 972 973 974 975 976 977 992 993 994 995 996 998`) {
		t[c] = true
	}
	return t
}()
