// SPDX-License-Identifier: Apache-2.0
#include "live/kubernetes_shapes.hpp"

namespace ingot::live {

namespace {

constexpr bool kRequired = true;
constexpr bool kOptional = false;

}  // namespace

std::vector<Shape> kubernetes_shapes() {
  return {
      {"KubeApiData",
       "The Kubernetes API of a cluster whose control plane runs. Its id is the cluster's name.",
       {{"state", Type::text, kRequired,
         "Connected; or Away: what is told of the cluster's other Kubernetes objects is what was seen last"},
        {"detail", Type::text, kRequired, "why it is away; else empty"}}},
      {"KubeNodeData",
       "A node as Kubernetes has it. Its id is CLUSTER/NAME, its labels are Kubernetes'.",
       {{"name", Type::text, kRequired, "its name"},
        {"ready", Type::flag, kRequired, "whether it can run pods"},
        {"unschedulable", Type::flag, kRequired, "cordoned: it gets no more pods"},
        {"version", Type::text, kRequired, "of its kubelet"},
        {"addresses", Type::text_list, kRequired, "IP addresses, and its name where that is one"},
        {"capacity", Type::text_map, kRequired, "resource to quantity, as Kubernetes writes them"},
        {"allocatable", Type::text_map, kRequired, "what of it pods may have"},
        {"conditions", Type::text_list, kRequired,
         "those that are not as they should be, as TYPE: REASON; none is well"},
        {"created", Type::time, kOptional, "when it joined"}}},
      {"DeploymentData",
       "A Deployment of Kubernetes. Its id is CLUSTER/NAMESPACE/NAME, its labels are Kubernetes'.",
       {{"name", Type::text, kRequired, "its name"},
        {"namespace", Type::text, kRequired, "that it is in"},
        {"wanted", Type::number, kRequired, "how many pods it should have"},
        {"ready", Type::number, kRequired, "how many of its pods are ready"},
        {"updated", Type::number, kRequired, "how many of its pods are as it wants them now"},
        {"images", Type::text_list, kRequired, "of its containers"},
        {"created", Type::time, kOptional, "when it was made"}}},
      {"ServiceData",
       "A Service of Kubernetes. Its id is CLUSTER/NAMESPACE/NAME, its labels are Kubernetes'.",
       {{"name", Type::text, kRequired, "its name"},
        {"namespace", Type::text, kRequired, "that it is in"},
        {"type", Type::text, kRequired, "ClusterIP, NodePort, LoadBalancer or ExternalName"},
        {"addresses", Type::text_list, kRequired,
         "where it is reached: in the cluster, then from outside; none for a headless one"},
        {"ports", Type::text_list, kRequired,
         "as NAME:PORT->TARGET/PROTOCOL; without NAME: where it has one"},
        {"nodePorts", Type::text_list, kRequired, "on every node, as NODEPORT->PORT/PROTOCOL"},
        {"selector", Type::text_map, kRequired, "labels of the pods that it leads to"},
        {"created", Type::time, kOptional, "when it was made"}}},
      {"PodData",
       "A Pod of Kubernetes. Its id is CLUSTER/NAMESPACE/NAME, its labels are Kubernetes'.",
       {{"name", Type::text, kRequired, "its name"},
        {"namespace", Type::text, kRequired, "that it is in"},
        {"node", Type::text, kRequired, "that it is on; may be empty"},
        {"phase", Type::text, kRequired,
         "as kubectl's STATUS has it: Running, Pending, Completed, CrashLoopBackOff, Terminating, Init:0/1"},
        {"ready", Type::text, kRequired, "containers that are ready, of all: 1/2"},
        {"restarts", Type::number, kRequired, "of its containers together"},
        {"address", Type::text, kRequired, "its IP address; may be empty"},
        {"images", Type::text_list, kRequired, "of its containers"},
        {"created", Type::time, kOptional, "when it was made"}}},
      {"EventData",
       "An Event of Kubernetes; of each cluster the newest 500. Its id is CLUSTER/NAMESPACE/NAME.",
       {{"namespace", Type::text, kRequired, "that it is in"},
        {"about", Type::text, kRequired, "the object, as KIND/NAME"},
        {"reason", Type::text, kRequired, "in one word"},
        {"message", Type::text, kRequired, "for people; its first 1024 bytes"},
        {"level", Type::text, kRequired, "Normal or Warning"},
        {"count", Type::number, kRequired, "how often it has happened"},
        {"at", Type::time, kOptional, "when it happened last"}}},
  };
}

}  // namespace ingot::live
