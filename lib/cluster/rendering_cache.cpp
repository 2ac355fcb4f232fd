// SPDX-License-Identifier: Apache-2.0
#include "cluster/rendering_cache.hpp"

#include "base/error.hpp"
#include "cluster/kubeadm_config.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace ingot::cluster {

namespace {

std::optional<std::string> read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return std::nullopt;
  }
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

// Whole or not at all: another ingot may read it right now.
void write(const std::filesystem::path& path, const std::string& text) {
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  const auto scratch = fmt::format("{}.{}", path.string(), getpid());
  std::ofstream file(scratch, std::ios::binary);
  file << text;
  file.close();
  if (file.good()) {
    std::filesystem::rename(scratch, path, ignored);
  }
  std::filesystem::remove(scratch, ignored);
}

// kubeadm reads which version it makes from its configuration; only the image knows which it has.
std::string render_script() {
  return fmt::format("sed -i \"s/^kubernetesVersion: .*/kubernetesVersion: $(cat /kind/version)/\" {}; {}",
                     boot::kRenderingInput, boot::rendering_script());
}

boot::Rendering render(const Creation& creation, const std::string& config, const std::stop_token& stop) {
  const std::string output =
      creation.host.run_once({.image = creation.nodes.front().image,
                              .hostname = boot::Names{}.node,
                              .script = render_script(),
                              .input = tar::pack({{std::string(boot::kRenderingInput), config}}),
                              .output_path = std::string(boot::kRenderingOutput)},
                             stop);
  return boot::parse_rendering(tar::unpack(output), creation.spec.networking.pod_subnet);
}

}  // namespace

boot::Rendering rendering_of(const Creation& creation, plan::StepContext& context) {
  const auto image = creation.host.engine().inspect_image(creation.nodes.front().image, context.stop());
  if (!image) {
    throw base::Error(base::ErrorCode::image_missing,
                      fmt::format("the image '{}' is gone", creation.nodes.front().image));
  }
  const std::string config = rendering_config(creation);
  const std::filesystem::path path =
      std::filesystem::path(creation.options.cache_dir) / boot::cache_key(image->id, config);
  const bool cached = !creation.options.cache_dir.empty();
  if (const auto text = cached ? read(path) : std::nullopt) {
    if (auto rendering = boot::from_cache_text(*text)) {
      return std::move(*rendering);
    }
  }
  context.mark("not known yet, asking the image");
  auto rendering = render(creation, config, context.stop());
  if (cached) {
    write(path, boot::to_cache_text(rendering));
  }
  return rendering;
}

}  // namespace ingot::cluster
