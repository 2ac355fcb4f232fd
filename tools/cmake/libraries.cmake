# Each library we use, under one name, from the distribution's packages.
find_package(CURL 7.88 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(LibArchive 3.6 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt 9.1 REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(tomlplusplus 3.3 REQUIRED)
find_package(Threads REQUIRED)

# Debian has archives of these, but their CMake targets are the shared ones.
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
# The shared one brings along libxml2 and ICU, for formats that are not tar: a tenth of the start of every command.
ingot_library(ingot_archive LibArchive::LibArchive libarchive.a)
if(INGOT_PORTABLE)
  # What writes other formats is dropped again (--gc-sections), and so are its calls; until then the linker wants to
  # know where zlib and the like are, and finds them among curl's. zlib and zstd stay, for compressed image archives:
  # curl loads both anyway.
  target_link_options(ingot_archive INTERFACE LINKER:--copy-dt-needed-entries)
  # That of access control lists is nobody else's.
  target_link_libraries(ingot_archive INTERFACE acl)
endif()

# Used as headers alone: one file of ours parses TOML, and so no command has one more library to load.
add_library(ingot_toml INTERFACE)

add_library(ingot_fmt INTERFACE)
if(INGOT_PORTABLE)  # Debian has no static libfmt
  target_link_libraries(ingot_fmt INTERFACE fmt::fmt-header-only)
else()
  target_link_libraries(ingot_fmt INTERFACE fmt::fmt)
endif()
