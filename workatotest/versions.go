package workatotest

import "slices"

var versionRoutes = []route{
	{method: "GET", path: "/api/v2/managed_users/{customer}/recipes/{recipe_id}/versions", op: "recipes.list_versions", query: "page:i per_page:i", envelope: "data", handle: on((*call).recipe, (*call).listVersions)},
	{method: "GET", path: "/api/v2/managed_users/{customer}/recipes/{recipe_id}/versions/{version_id}", op: "recipes.get_version", handle: on((*call).version, (*call).getVersion)},
	{method: "PATCH", path: "/api/v2/managed_users/{customer}/recipes/{recipe_id}/versions/{version_id}", op: "recipes.update_version_comment", body: "comment", handle: on((*call).version, (*call).updateVersion)},
	{method: "GET", path: "/api/managed_users/{customer}/recipes/{recipe_id}/versions", op: "recipes.list_versions", query: "page:i per_page:i", envelope: "data", handle: on((*call).recipe, (*call).listVersions)},
	{method: "GET", path: "/api/managed_users/{customer}/recipes/{recipe_id}/versions/{version_id}", op: "recipes.get_version", handle: on((*call).version, (*call).getVersion)},
	{method: "PATCH", path: "/api/managed_users/{customer}/recipes/{recipe_id}/versions/{version_id}", op: "recipes.update_version_comment", body: "comment", handle: on((*call).version, (*call).updateVersion)},
	{method: "PUT", path: "/api/managed_users/{customer}/recipes/{recipe_id}/versions/{version_id}", op: "recipes.update_version_comment", body: "comment", handle: on((*call).version, (*call).updateVersion)},

	{method: "GET", path: "/api/recipes/{recipe_id}/versions", op: "own.recipes.list_versions", query: "page:i per_page:i", envelope: "data", handle: on((*call).recipe, (*call).listVersions)},
	{method: "GET", path: "/api/recipes/{recipe_id}/versions/{version_id}", op: "own.recipes.get_version", handle: on((*call).version, (*call).getVersion)},
	{method: "PATCH", path: "/api/recipes/{recipe_id}/versions/{version_id}", op: "own.recipes.update_version_comment", body: "comment", handle: on((*call).version, (*call).updateVersion)},
}

// maxComment is the longest comment of a version in characters.
const maxComment = 255

func versionView(v *Version) object {
	return object{
		"id": v.ID, "version_no": v.Number, "comment": orNull(v.Comment), "author_name": ownerName,
		"author_email": ownerEmail, "created_at": stampZ(v.CreatedAt), "updated_at": stampZ(v.UpdatedAt),
	}
}

// versionNumber is the number of the newest version. A recipe that is not in a
// server yet may have none.
func (r *Recipe) versionNumber() int64 {
	if len(r.Versions) == 0 {
		return 1
	}
	return r.Versions[len(r.Versions)-1].Number
}

// newVersion records that a recipe has changed.
func (s *Server) newVersion(r *Recipe) {
	now := s.now()
	v := &Version{ID: s.nextID("version"), Number: 1, CreatedAt: now, UpdatedAt: now}
	if len(r.Versions) > 0 {
		v.Number = r.versionNumber() + 1
		r.UpdatedAt = now
	}
	r.Versions = append(r.Versions, v)
}

func (c *call) listVersions(r *Recipe) response {
	var views []object
	for _, v := range slices.Backward(r.Versions) {
		views = append(views, versionView(v))
	}
	page, _ := paged(c, views, 1, 100, 100)
	return c.list(page)
}

func (c *call) version() *Version {
	r := c.recipe()
	if r == nil {
		return nil
	}
	return find(r.Versions, func(v *Version) int64 { return v.ID }, c.arg("version_id"))
}

func (c *call) getVersion(v *Version) response {
	return ok(versionView(v))
}

func (c *call) updateVersion(v *Version) response {
	if len([]rune(c.text("comment"))) > maxComment {
		return invalid("comment", "is too long (maximum is 255 characters)")
	}
	c.setText(&v.Comment, "comment")
	v.UpdatedAt = c.now()
	return ok(versionView(v))
}
