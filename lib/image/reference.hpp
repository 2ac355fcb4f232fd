// SPDX-License-Identifier: Apache-2.0
// The name under which a node's containerd keeps an image: always with registry and tag. Pure.
#pragma once

#include <string>

namespace ingot::image {

// "busybox" -> "docker.io/library/busybox:latest"; "localhost:5000/a" -> "localhost:5000/a:latest". A tag or
// digest that is given stays.
[[nodiscard]] std::string full_name(const std::string& reference);

// Whether it reads as the (start of an) image's id instead of a name.
[[nodiscard]] bool is_id(const std::string& reference, const std::string& id);

}  // namespace ingot::image
