// Kubernetes' programs in one binary: what it is called by decides which of them it is.
//
// Seven separate binaries share most of their code and take 560 MB; together they take 150 MB,
// on disk as well as in the page cache that all nodes of all clusters have in common.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"
	_ "time/tzdata" // time zones of CronJobs

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubeadm "k8s.io/kubernetes/cmd/kubeadm/app"
	kubeadmerrors "k8s.io/kubernetes/cmd/kubeadm/app/util/errors"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"

	_ "k8s.io/client-go/plugin/pkg/client/auth"
)

// servers are the programs that are run and ended by Kubernetes' own frame for commands.
var servers = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllermanager.NewControllerManagerCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kube-proxy":              proxy.NewProxyCommand,
	"kubelet":                 func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
}

func main() {
	name := filepath.Base(os.Args[0])
	if command, ok := servers[name]; ok {
		collectLessAtFirst()
		waitForOthers(name, os.Args[1:])
		os.Exit(cli.Run(command()))
	}
	switch name {
	case "kubeadm":
		kubeadmerrors.HandleError(kubeadm.Run())
	case "kubectl":
		runKubectl()
	default:
		fmt.Fprintf(os.Stderr, "%s: call this binary by the name of a Kubernetes program: kubeadm kubectl %s\n",
			name, strings.Join(serverNames(), " "))
		os.Exit(2)
	}
}

// collectLessAtFirst lets the heap grow faster in the first seconds. A program that starts makes little garbage
// and much that it keeps; looking through all of that again and again takes a quarter of an API server's start.
func collectLessAtFirst() {
	const percent, first, then = 400, 20 * time.Second, 100
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
		time.AfterFunc(first, func() { debug.SetGCPercent(then) })
	}
}

// kubectl takes the verbosity from its arguments before it builds its commands, so that plugins
// and its preferences file are read with it.
func runKubectl() {
	_, _ = logs.GlogSetter(kubectl.GetLogVerbosity(os.Args))
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		kubectlutil.CheckErr(err)
	}
}

func serverNames() []string {
	names := make([]string, 0, len(servers))
	for name := range servers {
		names = append(names, name)
	}
	return names
}
