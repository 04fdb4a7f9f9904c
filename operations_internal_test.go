package workato

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A Create whose answer is lost is left to its caller, who has to be told how
// to find out what became of it.
func TestCreatesSayHowToLook(t *testing.T) {
	t.Parallel()
	for _, op := range table {
		if op.Effect == Create {
			assert.NotEmpty(t, op.lookup, op.Name)
		}
	}
}

func TestLookupOperation(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]*operation{
		"/api/managed_users/98178":                                managedUsersGet,
		"/api/managed_users/EA2300":                               managedUsersGet,
		"/api/managed_users/Ea%2Fb":                               managedUsersGet,
		"/api/managed_users/98178/connections":                    connectionsList,
		"/api/managed_users/98178/recipes":                        recipesList,
		"/api/recipes/search":                                     recipesSearchPublic,
		"/api/managed_users/E":                                    nil,
		"/api/managed_users/":                                     nil,
		"/api/managed_users//connections":                         nil,
		"/api/managed_users/nobody/connections":                   nil,
		"/api/managed_users/98178/connections/":                   nil,
		"/api/managed_users/98178/connections/12/no_such_subject": nil,
	} {
		assert.Same(t, want, lookupOperation("GET", path), path)
	}
	assert.Nil(t, lookupOperation("PATCH", "/api/managed_users/98178"), "the method counts too")
}
