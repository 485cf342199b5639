package columnar

func (s *Store) compactLoop() { defer s.wait.Done(); <-s.stop }
