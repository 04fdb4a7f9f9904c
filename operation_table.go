package workato

import (
	"cmp"
	"slices"
)

// table holds every row, a line for each file, in its order. It is never changed.
var table = []*operation{
	&activityLogsList,
	&apiAccessProfilesList, &apiAccessProfilesCreate, &apiAccessProfilesUpdate, &apiAccessProfilesEnable, &apiAccessProfilesDisable, &apiAccessProfilesRefreshSecret,
	&apiClientsList, &apiClientsCreate, &apiClientsGet, &apiClientsUpdate,
	&apiClientsV1List, &apiClientsV1Create,
	&apiCollectionsList, &apiCollectionsCreate,
	&apiEndpointsList, &apiEndpointsEnable, &apiEndpointsDisable,
	&apiKeysList, &apiKeysCreate, &apiKeysUpdate, &apiKeysEnable, &apiKeysRefreshSecret,
	&collaboratorGroupsList, &collaboratorGroupsGet, &collaboratorGroupsCreate, &collaboratorGroupsUpdate, &collaboratorGroupsDelete,
	&collaboratorGroupsListMembers, &collaboratorGroupsAddMembers, &collaboratorGroupsRemoveMembers, &collaboratorGroupsListProjectGrants,
	&connectionsList, &connectionsCreate, &connectionsUpdate, &connectionsDisconnect, &connectionsDelete,
	&connectionsInputSchema,
	&customConnectorsList, &customConnectorsGet, &customConnectorsOEMShare, &customConnectorsUnshare,
	&customOAuthProfilesAssign, &customOAuthProfilesUnassign,
	&customOAuthProfilesList, &customOAuthProfilesGet, &customOAuthProfilesCreate, &customOAuthProfilesUpdate, &customOAuthProfilesDelete,
	&customerManagersList, &customerManagersCreate, &customerManagersUpdate, &customerManagersDelete,
	&dataTablesList, &dataTablesCreate, &dataTablesGet, &dataTablesUpdate, &dataTablesDelete, &dataTablesTruncate,
	&deploymentsBuild, &deploymentsGetBuild, &deploymentsDeployBuild, &deploymentsDeploy, &deploymentsList, &deploymentsGet, &deploymentsEligibleReviewers, &deploymentsAssignReviewers,
	&developerAPIClientsList, &developerAPIClientsCreate, &developerAPIClientsGet, &developerAPIClientsUpdate, &developerAPIClientsDelete,
	&developerAPIClientsRegenerateToken, &developerAPIClientsListRoles, &developerAPIClientsCopyRole,
	&embeddingUpdateSigningKey,
	&environmentRolesList, &environmentRolesGet, &environmentRolesCreate, &environmentRolesUpdate, &environmentRolesDelete,
	&eventTopicsList, &eventTopicsCreate, &eventTopicsGet, &eventTopicsUpdate, &eventTopicsDelete, &eventTopicsPurge,
	&exportsFolderAssets, &exportsCreateManifest, &exportsUpdateManifest, &exportsGetManifest, &exportsDeleteManifest, &exportsExportPackage, &exportsGetExportStatus,
	&fieldMappingsList, &fieldMappingsGet, &fieldMappingsUpdate, &fieldMappingsUpdateMany, &fieldMappingsRefreshSchema, &fieldMappingsPickList,
	&foldersList, &foldersCreate, &foldersUpdate, &foldersDelete,
	&identityGroupsList, &identityGroupsCreate, &identityGroupsGet, &identityGroupsUpdate, &identityGroupsDelete,
	&identityUsersList, &identityUsersCreate, &identityUsersGet, &identityUsersUpdate, &identityUsersDelete,
	&identityUsersAddToGroup, &identityUsersRemoveFromGroup,
	&geniesList, &geniesGet, &geniesCreate, &geniesUpdate,
	&importsCreate, &importsGet,
	&integrationsList, &integrationsListAll, &integrationsInputSchema,
	&jobsList, &jobsGet, &jobsRepeat,
	&knowledgeBasesList, &knowledgeBasesGet,
	&lookupTablesList, &lookupTablesCreate, &lookupTablesBatchDelete,
	&lookupTablesLookup, &lookupTablesListRows, &lookupTablesGetRow, &lookupTablesAddRow, &lookupTablesUpdateRow, &lookupTablesDeleteRow,
	&managedUsersCreate, &managedUsersGet, &managedUsersUpdate, &managedUsersUpgrade, &managedUsersDowngrade,
	&managedUsersList, &managedUsersDelete, &managedUsersProvisionEnvironments,
	&mcpServersList, &mcpServersCreate, &mcpServersGet, &mcpServersUpdate, &mcpServersDelete, &mcpServersRenewToken, &mcpServersUpdateFolder,
	&mcpServersAssignTools, &mcpServersListTools, &mcpServersUpdateTool, &mcpServersDeleteTool,
	&mcpServersGetPolicies, &mcpServersUpdatePolicies, &mcpServersAssignUserGroups, &mcpServersRemoveUserGroups,
	&membersList, &membersGet, &membersAdd, &membersUpdate, &membersRemove, &membersInvite, &membersAddLegacy, &membersRemoveLegacy,
	&membersPrivileges, &membersProjectsPrivileges, &membersProjectGrants,
	&onPremAgentsList, &onPremAgentsCreate, &onPremAgentsGet, &onPremAgentsUpdate, &onPremAgentsDelete, &onPremAgentsStatus, &onPremAgentsSearch,
	&onPremGroupsList, &onPremGroupsCreate, &onPremGroupsGet, &onPremGroupsUpdate, &onPremGroupsDelete, &onPremGroupsStatus,
	&packagesFolderAssets, &packagesCreateManifest, &packagesGetManifest, &packagesDeleteManifest, &packagesExport, &packagesGet, &packagesDownload,
	&picklistsGetValues,
	&projectGrantsGet, &projectGrantsUpdate, &projectGrantsDelete, &projectGrantsListByProject, &projectGrantsUpsertByProject,
	&projectRolesList, &projectRolesGet, &projectRolesCreate, &projectRolesUpdate, &projectRolesDelete,
	&projectsList, &projectsUpdate, &projectsDelete,
	&propertiesList, &propertiesUpsert,
	&recipesList, &recipesGet, &recipesStart, &recipesStop, &recipesSearchPublic,
	&recipesCreate, &recipesUpdate, &recipesCopy, &recipesDelete, &recipesResetTrigger, &recipesPollNow, &recipesForceRun, &recipesShare,
	&rolesList, &rolesCopy, &rolesMigrateSystemRoles, &rolesMigrateCustomRole,
	&skillsList, &skillsGet,
	&tagsList, &tagsCreate, &tagsUpdate, &tagsDelete, &tagsAssign,
	&testCasesRun, &testCasesGetRun, &testCasesListByRecipe,
	&usageMonthly, &usageStatistics, &usageConnectionStatistics,
	&recipesListVersions, &recipesGetVersion, &recipesUpdateVersionComment,
	&workspaceWhoami,
}

// Operations returns all endpoints that this package types, sorted by name.
func Operations() []Operation {
	all := make([]Operation, len(table))
	for i, op := range table {
		all[i] = op.described()
	}
	slices.SortFunc(all, func(a, b Operation) int { return cmp.Compare(a.Name, b.Name) })
	return all
}
