package guard

// reserved tells the property names that are never kept as properties: what collect has already read as a field of the
// event, addresses, identifiers under their other names, and the names the wire forbids (wire spec, 2.6). The verbs'
// own identifiers are the business of identify.
func reserved(name string) bool {
	switch name {
	case "token", "time", "$time", "ip", "$ip",
		"distinct_id", "$distinct_id", "distinctId", "$device_id", "$user_id", "$insert_id",
		"$distinct_id_before_identity", "$preshuffle_distinct_id", "mp_original_distinct_id",
		"bucket", "$bucket":
		return true
	}
	return false
}
