package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	lookEvery        = 20 * time.Millisecond
	askEvery         = 50 * time.Millisecond // an answer costs a busy API server more than a connection does
	giveUp           = 30 * time.Second
	containerdSocket = "/run/containerd/containerd.sock"
)

// waitForOthers holds a program back until what it needs at its very start is there.
//
// On a node everything is started at once. Programs that come too early look again a second later,
// or fail and are started anew ten seconds later. A look costs next to nothing. By now
// the program is loaded, so nothing is lost either. Whatever goes wrong in here is left to the
// program itself, which reports it better.
func waitForOthers(name string, arguments []string) {
	switch name {
	case "kubelet":
		if flagValue(arguments, "--config") != "" {
			poll("containerd", lookEvery, func() bool { return answers("unix", containerdSocket) })
		}
	case "kube-apiserver":
		if etcd := firstHost(flagValue(arguments, "--etcd-servers")); etcd != "" {
			poll("etcd", lookEvery, func() bool { return answers("tcp", etcd) })
		}
	case "kube-controller-manager", "kube-scheduler":
		os.Args = append(os.Args[:1:1], withServingCertificate(arguments)...)
		waitForAPIServer(arguments)
	}
}

// poll calls until, again and again, till it is true.
func poll(what string, every time.Duration, until func() bool) {
	begin := time.Now()
	for !until() {
		if time.Since(begin) > giveUp {
			fmt.Fprintf(os.Stderr, "%s does not answer after %v, going on\n", what, giveUp)
			return
		}
		time.Sleep(every)
	}
	fmt.Fprintf(os.Stderr, "waited %v for %s\n", time.Since(begin).Round(time.Millisecond), what)
}

func answers(network, address string) bool {
	connection, err := net.DialTimeout(network, address, time.Second)
	if err != nil {
		return false
	}
	connection.Close()
	return true
}

// firstHost takes host and port from the first of several addresses, separated by commas.
func firstHost(servers string) string {
	first, _, _ := strings.Cut(servers, ",")
	address, err := url.Parse(first)
	if err != nil {
		return ""
	}
	return address.Host
}

// waitForAPIServer returns once the API server named in the program's kubeconfig is healthy.
func waitForAPIServer(arguments []string) {
	path := flagValue(arguments, "--kubeconfig")
	if path == "" {
		return
	}
	client, address, err := healthClient(path)
	if err != nil {
		return
	}
	poll("the API server", askEvery, func() bool { return healthy(client, address) })
}

// flagValue finds "--name value" or "--name=value".
func flagValue(arguments []string, name string) string {
	for i, argument := range arguments {
		if value, ok := strings.CutPrefix(argument, name+"="); ok {
			return value
		}
		if argument == name && i+1 < len(arguments) {
			return arguments[i+1]
		}
	}
	return ""
}

func healthClient(path string) (*http.Client, string, error) {
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		return nil, "", err
	}
	transport, err := rest.TransportFor(config)
	if err != nil {
		return nil, "", err
	}
	return &http.Client{Transport: transport, Timeout: time.Second}, strings.TrimRight(config.Host, "/") + "/healthz", nil
}

func healthy(client *http.Client, address string) bool {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	if err != nil {
		return false
	}
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}
