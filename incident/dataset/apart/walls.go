package apart

// Walls are what keeps the child in, as it says itself.
type Walls struct {
	Network  bool `json:"network"`  // it has no network but an empty one of its own
	Calls    bool `json:"calls"`    // it can open nothing, connect to nothing and start nothing
	Memory   bool `json:"memory"`   // its memory is bounded by the system
	CPUTime  bool `json:"cpu_time"` // so is its time
	FileSize bool `json:"file_size"`
}
