# Headers that most of our files read, read by the compiler once: a third of the time of a build. Each file still
# includes what it uses, since release, tidy and fuzzing builds do without (INGOT_PRECOMPILE).
set(ingot_precompiled_headers
  <algorithm> <array> <chrono> <filesystem> <fstream> <functional> <map> <memory> <optional> <set> <stop_token> <string>
  <string_view> <thread> <vector> <fmt/format.h> <nlohmann/json.hpp>)

# ingot_precompile_set(NAME HEADERS...): reads these once, for the targets of ingot_precompiled(TARGET NAME).
function(ingot_precompile_set name)
  if(INGOT_PRECOMPILE)
    file(CONFIGURE OUTPUT ${name}.cpp CONTENT "// A target needs a source, even one that only holds headers.\n")
    add_library(${name} OBJECT "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
    target_link_libraries(${name} PRIVATE
      ingot_options ingot_warnings ingot_fmt nlohmann_json::nlohmann_json Threads::Threads)
    target_precompile_headers(${name} PRIVATE ${ARGN})
  endif()
endfunction()

function(ingot_precompiled target name)
  if(INGOT_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${name})
  endif()
endfunction()

ingot_precompile_set(ingot_lib_headers ${ingot_precompiled_headers})
