// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"

namespace ingot::cli {

std::vector<Command> all_commands() {
  return {
      cluster_create(),
      cluster_delete(),
      cluster_extend(),
      cluster_list(),
      cluster_list_alias(),
      cluster_status(),
      cluster_stop(),
      cluster_start(),
      cluster_restart(),
      cluster_pause(),
      cluster_resume(),
      cluster_scale(),
      cluster_clone(),
      cluster_snapshot_save(),
      cluster_snapshot_list(),
      cluster_snapshot_restore(),
      cluster_snapshot_delete(),
      cluster_snapshot_export(),
      cluster_snapshot_import(),
      cluster_logs(),
      cluster_kubeconfig(),
      node_add(),
      node_remove(),
      node_set(),
      node_start(),
      node_stop(),
      node_restart(),
      node_exec(),
      node_logs(),
      node_list(),
      node_list_alias(),
      config_validate(),
      config_show(),
      config_schema(),
      image_load(),
      image_list(),
      image_list_alias(),
      image_build(),
      kubectl(),
      kind_command_line(),
      doctor(),
      prune(),
      version(),
      completion(),
      help(),
      hidden_complete(),
      hidden_man(),
  };
}

}  // namespace ingot::cli
