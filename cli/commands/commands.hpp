// SPDX-License-Identifier: Apache-2.0
// The table of commands, in the order in which the help lists them. Each function is defined in the .cpp file
// of its own name, with the command's manual, its flags and what it does.
#pragma once

#include "command.hpp"

#include <vector>

namespace ingot::cli {

[[nodiscard]] Command cluster_create();
[[nodiscard]] Command cluster_delete();
[[nodiscard]] Command cluster_extend();
[[nodiscard]] Command cluster_list();
[[nodiscard]] Command cluster_list_alias();
[[nodiscard]] Command cluster_status();
// Eight verbs with the same arguments, in lifecycle.cpp.
[[nodiscard]] Command cluster_stop();
[[nodiscard]] Command cluster_start();
[[nodiscard]] Command cluster_restart();
[[nodiscard]] Command cluster_pause();
[[nodiscard]] Command cluster_resume();
[[nodiscard]] Command node_stop();
[[nodiscard]] Command node_start();
[[nodiscard]] Command node_restart();
// The next four are in cluster_snapshot.cpp.
[[nodiscard]] Command cluster_snapshot_save();
[[nodiscard]] Command cluster_snapshot_list();
[[nodiscard]] Command cluster_snapshot_restore();
[[nodiscard]] Command cluster_snapshot_delete();
// The next two are in cluster_snapshot_file.cpp.
[[nodiscard]] Command cluster_snapshot_export();
[[nodiscard]] Command cluster_snapshot_import();
[[nodiscard]] Command cluster_clone();
// The next two are in cluster_certs.cpp.
[[nodiscard]] Command cluster_certs_show();
[[nodiscard]] Command cluster_certs_renew();
// The next three are in scale.cpp.
[[nodiscard]] Command cluster_scale();
[[nodiscard]] Command node_add();
[[nodiscard]] Command node_remove();
[[nodiscard]] Command node_list();
[[nodiscard]] Command node_set();
[[nodiscard]] Command node_list_alias();
[[nodiscard]] Command node_exec();
[[nodiscard]] Command cluster_logs();
[[nodiscard]] Command node_logs();
[[nodiscard]] Command cluster_kubeconfig();
[[nodiscard]] Command instance_run();
// The next two are in instance_list.cpp.
[[nodiscard]] Command instance_list();
[[nodiscard]] Command instance_status();
// The next two are in instance_exec.cpp.
[[nodiscard]] Command instance_exec();
[[nodiscard]] Command instance_logs();
[[nodiscard]] Command instance_ssh();
[[nodiscard]] Command instance_cp();
// The next three are in instance_lifecycle.cpp.
[[nodiscard]] Command instance_stop();
[[nodiscard]] Command instance_start();
[[nodiscard]] Command instance_restart();
[[nodiscard]] Command instance_delete();
[[nodiscard]] Command image_load();
[[nodiscard]] Command image_list();
[[nodiscard]] Command image_list_alias();
[[nodiscard]] Command image_build();
[[nodiscard]] Command config_validate();
[[nodiscard]] Command config_show();
[[nodiscard]] Command config_schema();
[[nodiscard]] Command gpu_list();
[[nodiscard]] Command gpu_list_alias();
// The next two are in gpu_attach.cpp.
[[nodiscard]] Command gpu_attach();
[[nodiscard]] Command gpu_detach();
[[nodiscard]] Command gpu_status();
[[nodiscard]] Command gpu_reconcile();
[[nodiscard]] Command kubectl();
[[nodiscard]] Command kind_command_line();
[[nodiscard]] Command doctor();
[[nodiscard]] Command prune();
[[nodiscard]] Command serve();
[[nodiscard]] Command watch();
[[nodiscard]] Command join();
[[nodiscard]] Command version();
[[nodiscard]] Command completion();
[[nodiscard]] Command help();
[[nodiscard]] Command hidden_complete();
[[nodiscard]] Command hidden_man();
[[nodiscard]] Command hidden_nvml();  // in gpu_list.cpp

[[nodiscard]] std::vector<Command> all_commands();

}  // namespace ingot::cli
