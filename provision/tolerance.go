package provision

import (
	"encoding/json"
	"math"
)

// allowed is how many customers of a wave of that size may fail.
func (t Tolerance) allowed(size int) int {
	byPercent := int(math.Floor(float64(size)*t.Percent/100 + 1e-9))
	switch {
	case t.Percent == 0:
		return t.Count
	case t.Count == 0:
		return byPercent
	}
	return min(t.Count, byPercent)
}

// pinned is what must not change from one run to the next, as a text.
func pinned(r *Release, s *Strategy) string {
	type wave struct {
		Name    string  `json:"name,omitempty"`
		Count   int     `json:"count,omitempty"`
		Percent float64 `json:"percent,omitempty"`
		Only    bool    `json:"only,omitempty"`
	}
	var p struct {
		Folder  []string `json:"folder,omitempty"`
		Restart Restart  `json:"restart"`
		Waves   []wave   `json:"waves"`
	}
	p.Folder, p.Restart = r.Folder, r.Restart
	for _, w := range s.Waves {
		p.Waves = append(p.Waves, wave{w.Name, w.Count, w.Percent, w.Only != nil})
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err.Error() // texts and numbers that were checked do not fail
	}
	return string(text)
}
