package workato

// Region is a data centre. Accounts and tokens belong to one data centre: a
// valid token is refused with 401 at any other.
type Region string

// The data centres. Private deployments have hosts of their own: use
// WithBaseURL. The Embedded pages list US to CN; KR, UK and the trial sandbox
// are only on the pages of the Developer API.
const (
	RegionUS    Region = "us"
	RegionEU    Region = "eu"
	RegionJP    Region = "jp"
	RegionSG    Region = "sg"
	RegionAU    Region = "au"
	RegionIL    Region = "il"
	RegionCN    Region = "cn"
	RegionKR    Region = "kr"
	RegionUK    Region = "uk"
	RegionTrial Region = "trial"
)

// Regions returns all data centres.
func Regions() []Region {
	return []Region{RegionUS, RegionEU, RegionJP, RegionSG, RegionAU, RegionIL, RegionCN, RegionKR, RegionUK, RegionTrial}
}

// baseURL returns the origin of the region's API.
func (r Region) baseURL() (string, bool) {
	switch r {
	case RegionUS:
		return "https://www.workato.com", true
	case RegionEU, RegionJP, RegionSG, RegionAU, RegionIL, RegionKR, RegionUK, RegionTrial:
		return "https://app." + string(r) + ".workato.com", true
	case RegionCN:
		return "https://app.workatoapp.cn", true
	}
	return "", false
}

// AppURL returns the origin of the region's web app, which people open in a
// browser, and "" for an unknown region. In the US it is another host than that
// of the API. Unverified: that it is the same one everywhere else.
func (r Region) AppURL() string {
	if r == RegionUS {
		return "https://app.workato.com"
	}
	origin, _ := r.baseURL()
	return origin
}
