// SPDX-License-Identifier: Apache-2.0
#include "live/object.hpp"

namespace ingot::live {

std::string_view to_text(Kind kind) noexcept {
  switch (kind) {
    case Kind::engine:
      return "engine";
    case Kind::cluster:
      return "cluster";
    case Kind::node:
      return "node";
    case Kind::kube_api:
      return "kube-api";
    case Kind::kube_node:
      return "kube-node";
    case Kind::deployment:
      return "deployment";
    case Kind::service:
      return "service";
    case Kind::pod:
      return "pod";
    case Kind::event:
      return "event";
    case Kind::instance:
      return "instance";
    case Kind::device:
      return "device";
    case Kind::network:
      return "network";
    case Kind::image:
      return "image";
    case Kind::command:
      return "command";
    case Kind::viewer:
      return "viewer";
    case Kind::usage:
      return "usage";
  }
  return "";
}

std::optional<Kind> to_kind(std::string_view text) noexcept {
  for (const Kind kind : kAllKinds) {
    if (to_text(kind) == text) {
      return kind;
    }
  }
  return std::nullopt;
}

}  // namespace ingot::live
