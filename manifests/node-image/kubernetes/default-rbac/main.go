// Prints the roles and bindings that this version of the API server makes by itself: one JSON object after
// the other, separated as YAML documents are.
//
// The API server begins with them one second after it serves, one by one, and controllers wait for the last.
// Whoever creates them in that second saves the rest of the wait: the API server then finds nothing to do.
package main

import (
	"encoding/json"
	"log"
	"maps"
	"os"
	"slices"

	rbac "k8s.io/api/rbac/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy"
)

func typed(kind string) meta.TypeMeta {
	return meta.TypeMeta{Kind: kind, APIVersion: rbac.SchemeGroupVersion.String()}
}

func print(object any) {
	if err := json.NewEncoder(os.Stdout).Encode(object); err != nil {
		log.Fatal(err)
	}
	if _, err := os.Stdout.WriteString("---\n"); err != nil {
		log.Fatal(err)
	}
}

func printClusterWide() {
	for _, roles := range [][]rbac.ClusterRole{bootstrappolicy.ClusterRoles(), bootstrappolicy.ControllerRoles()} {
		for _, role := range roles {
			role.TypeMeta = typed("ClusterRole")
			print(role)
		}
	}
	for _, bindings := range [][]rbac.ClusterRoleBinding{
		bootstrappolicy.ClusterRoleBindings(), bootstrappolicy.ControllerRoleBindings()} {
		for _, binding := range bindings {
			binding.TypeMeta = typed("ClusterRoleBinding")
			print(binding)
		}
	}
}

func printOfNamespaces() {
	roles, bindings := bootstrappolicy.NamespaceRoles(), bootstrappolicy.NamespaceRoleBindings()
	for _, namespace := range slices.Sorted(maps.Keys(roles)) {
		for _, role := range roles[namespace] {
			role.TypeMeta, role.Namespace = typed("Role"), namespace
			print(role)
		}
	}
	for _, namespace := range slices.Sorted(maps.Keys(bindings)) {
		for _, binding := range bindings[namespace] {
			binding.TypeMeta, binding.Namespace = typed("RoleBinding"), namespace
			print(binding)
		}
	}
}

func main() {
	printClusterWide()
	printOfNamespaces()
}
