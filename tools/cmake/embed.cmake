# ingot_embed(TARGET NAMESPACE FILES...): makes files available to TARGET as
#   namespace NAMESPACE { extern const std::string_view <file_name_with_underscores>; }
# through the generated header "embedded/NAMESPACE.hpp". The text is copied at build time.
function(ingot_embed target namespace)
  set(dir "${CMAKE_CURRENT_BINARY_DIR}/embedded_${namespace}")
  set(header "${dir}/embedded/${namespace}.hpp")
  set(source "${dir}/${namespace}.cpp")
  add_custom_command(
    OUTPUT "${header}" "${source}"
    COMMAND ${CMAKE_COMMAND} "-DNAMESPACE=${namespace}" "-DHEADER=${header}" "-DSOURCE=${source}"
            "-DFILES=${ARGN}" -P "${CMAKE_SOURCE_DIR}/tools/cmake/embed_files.cmake"
    DEPENDS ${ARGN} "${CMAKE_SOURCE_DIR}/tools/cmake/embed_files.cmake"
    VERBATIM)
  target_sources(${target} PRIVATE "${header}" "${source}")
  target_include_directories(${target} PRIVATE "${dir}")
endfunction()

# ingot_embed_file(TARGET FILE HEADER FUNCTION): makes a file that the build makes part of TARGET, as what HEADER
# declares: std::string_view ingot::FUNCTION(), as in "image::recipe".
function(ingot_embed_file target file header function)
  string(MAKE_C_IDENTIFIER "ingot_${function}" symbol)
  string(REGEX MATCH "^(.*)::(.*)$" _ "${function}")
  set(namespace "${CMAKE_MATCH_1}")
  set(name "${CMAKE_MATCH_2}")
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp")
  # The assembler copies bytes as they are; a compiler would take a megabyte of numbers for the same.
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT [[
// Made by tools/cmake/embed.cmake.
#include "@header@"

__asm__(
    ".pushsection .rodata\n"
    ".global @symbol@_begin, @symbol@_end\n"
    ".hidden @symbol@_begin, @symbol@_end\n"
    "@symbol@_begin: .incbin \"@file@\"\n"
    "@symbol@_end:\n"
    ".popsection\n");

extern "C" const char @symbol@_begin[] __attribute__((visibility("hidden")));
extern "C" const char @symbol@_end[] __attribute__((visibility("hidden")));

namespace ingot::@namespace@ {

std::string_view @name@() {
  return {@symbol@_begin, static_cast<std::size_t>(@symbol@_end - @symbol@_begin)};
}

}  // namespace ingot::@namespace@
]])
  set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${file}")
  target_sources(${target} PRIVATE "${source}")
endfunction()
