# Each library we use, under one name, from the distribution's packages.
find_package(CURL 7.88 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(LibArchive 3.6 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt 9.1 REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(Threads REQUIRED)

# Debian has an archive of yaml-cpp but its CMake target is the shared one.
function(ingot_library name target archive)
  add_library(${name} INTERFACE)
  if(INGOT_PORTABLE)
    find_library(${name}_ARCHIVE ${archive} REQUIRED)
    get_target_property(includes ${target} INTERFACE_INCLUDE_DIRECTORIES)
    if(includes)
      target_include_directories(${name} SYSTEM INTERFACE ${includes})
    endif()
    target_link_libraries(${name} INTERFACE ${${name}_ARCHIVE})
  else()
    target_link_libraries(${name} INTERFACE ${target})
  endif()
endfunction()

ingot_library(ingot_yaml yaml-cpp libyaml-cpp.a)
# Shared always: its archive needs half a dozen libraries more.
add_library(ingot_archive INTERFACE)
target_link_libraries(ingot_archive INTERFACE LibArchive::LibArchive)

add_library(ingot_fmt INTERFACE)
if(INGOT_PORTABLE)  # Debian has no static libfmt
  target_link_libraries(ingot_fmt INTERFACE fmt::fmt-header-only)
else()
  target_link_libraries(ingot_fmt INTERFACE fmt::fmt)
endif()
