package main

import "testing"

func TestSize(t *testing.T) {
	for text, want := range map[string]size{
		"1MB": 1 << 20, "500mb": 500 << 20, "20GB": 20 << 30, "2TB": 2 << 40,
		"": 0, "0MB": 0, "-1MB": 0, "5": 0, "5KB": 0, "1.5GB": 0, "4294967295TB": 0, "99999999999TB": 0, "GB": 0,
	} {
		var s size
		err := s.UnmarshalText([]byte(text))
		if s != want || (err == nil) != (want != 0) {
			t.Errorf("%q is %d, %v; want %d", text, s, err, want)
		}
	}
}
