// One executable for the four parts of a control plane; the first argument names the part, the rest are its own flags.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

func main() {
	parts := map[string]func() *cobra.Command{
		"kube-apiserver":          apiserver.NewAPIServerCommand,
		"kube-controller-manager": controllers.NewControllerManagerCommand,
		"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	}
	if len(os.Args) < 2 {
		refuse("name a part")
	}
	part := os.Args[1]
	// Cobra and etcd both read os.Args themselves.
	os.Args = append([]string{part}, os.Args[2:]...)
	if part == "etcd" {
		etcdmain.Main(os.Args)
		return
	}
	command, known := parts[part]
	if !known {
		refuse("unknown part " + part)
	}
	os.Exit(cli.Run(command()))
}

func refuse(reason string) {
	fmt.Fprintln(os.Stderr, reason+": etcd, kube-apiserver, kube-controller-manager or kube-scheduler")
	os.Exit(2)
}
