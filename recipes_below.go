package workato

import (
	"context"
	"iter"
)

// AllBelow iterates over the recipes in a folder and in all folders below it,
// each once. It lists every folder of the tree and the recipes of each, which
// are two calls for a folder with up to 100 of either. params are those of All;
// its FolderID, Page and SinceID are not used. Folders and recipes that move
// meanwhile may be missed.
func (s *RecipeService) AllBelow(ctx context.Context, customerID CustomerID, folderID int64, params *RecipeListParams, opts ...CallOption) iter.Seq2[Recipe, error] {
	folders := &FolderService{s.core}
	return func(yield func(Recipe, error) bool) {
		p := given(params)
		p.Page, p.SinceID = 0, 0
		if err := requiredID("folderID", folderID); err != nil {
			yield(Recipe{}, err)
			return
		}
		met, seen := map[int64]bool{folderID: true}, map[int64]bool{}
		for open := []int64{folderID}; len(open) > 0; open = open[1:] {
			p.FolderID = open[0]
			for recipe, err := range s.All(ctx, customerID, &p, opts...) {
				if err == nil && seen[recipe.ID] { // a service that lists the whole tree returns it again
					continue
				}
				seen[recipe.ID] = true
				if !yield(recipe, err) || err != nil {
					return
				}
			}
			for folder, err := range folders.All(ctx, customerID, &FolderListParams{ParentID: open[0]}, opts...) {
				if err != nil {
					yield(Recipe{}, err)
					return
				}
				if !met[folder.ID] {
					met[folder.ID] = true
					open = append(open, folder.ID)
				}
			}
		}
	}
}
