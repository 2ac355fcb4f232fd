// SPDX-License-Identifier: Apache-2.0
// The table of kind's commands. Each function is defined in the .cpp file of its verb.
#pragma once

#include "command.hpp"
#include "context.hpp"

#include <string>
#include <vector>

namespace ingot::cli::kind {

[[nodiscard]] Command build_node_image();
[[nodiscard]] Command completion(const std::string& shell);
[[nodiscard]] Command complete_for_scripts(const std::string& name);
[[nodiscard]] Command create_cluster();
[[nodiscard]] Command delete_cluster();
[[nodiscard]] Command delete_clusters();
[[nodiscard]] Command export_kubeconfig();
[[nodiscard]] Command export_logs();
[[nodiscard]] Command get_clusters();
[[nodiscard]] Command get_kubeconfig();
[[nodiscard]] Command get_nodes();
[[nodiscard]] Command help();
[[nodiscard]] Command load_docker_image();
[[nodiscard]] Command load_image_archive();
[[nodiscard]] Command version();

[[nodiscard]] std::vector<Command> all_commands();

// The flags of every command.
struct Globals {
  bool quiet = false;
  std::string verbosity;
  bool help = false;

  void declare(Flags& flags);
  [[nodiscard]] bool is_verbose() const { return !verbosity.empty() && verbosity != "0"; }
};

// Declares --name; its value may stay empty.
void declare_name(Flags& flags, std::string& target);
// The cluster that is meant: --name, KIND_CLUSTER_NAME, "kind".
[[nodiscard]] std::string cluster_name(const std::string& given, const Context& context);

// Says which engine KIND_EXPERIMENTAL_PROVIDER asks for, as kind does; Error{unsupported} when it is not
// Docker's.
void check_provider(Context& context);

// For operations of which kind tells nothing but the end.
class Silence final : public plan::EventSink {
 public:
  void on(const plan::Event& /*event*/) noexcept override {}
};

// ["a" "b"], as Go prints lists of names.
[[nodiscard]] std::string quoted(const std::vector<std::string>& names);

// Error{not_found} when the cluster has no control plane.
void require_control_plane(const std::string& name, Context& context);

// "kind v0.33.0 ingot1.2.3 linux/amd64", or the number alone.
[[nodiscard]] std::string version_text(bool only_number);
// Help on a command, a noun, or (empty path) the program.
[[nodiscard]] std::string help_of(const std::string& path);

// What may follow the words of a command line, of which the last is being typed.
[[nodiscard]] std::vector<std::string> candidates(const std::vector<std::string>& words, Context& context);

// The release whose command line this is.
inline constexpr std::string_view kKindVersion = "0.33.0";

}  // namespace ingot::cli::kind
