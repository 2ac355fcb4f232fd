# ingot_recipe(TARGET): makes the node image's recipe, as files of this source tree, part of TARGET, as what
# lib/image/recipe.hpp declares.
function(ingot_recipe target)
  set(archive "${CMAKE_CURRENT_BINARY_DIR}/recipe.tar.gz")
  set(source "${CMAKE_CURRENT_BINARY_DIR}/recipe.cpp")
  set(parts manifests/node-image tools/node-image tools/lib)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/manifests/node-image/*" "${CMAKE_SOURCE_DIR}/tools/lib/*")
  add_custom_command(
    OUTPUT "${archive}"
    COMMAND ${CMAKE_COMMAND} -E tar czf "${archive}" --format=gnutar ${parts}
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
    DEPENDS ${files} "${CMAKE_SOURCE_DIR}/tools/node-image"
    VERBATIM)
  # The assembler copies bytes as they are; a compiler would take a megabyte of numbers for the same.
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT [[
// Made by tools/cmake/recipe.cmake.
#include "image/recipe.hpp"

__asm__(
    ".pushsection .rodata\n"
    ".global ingot_recipe_begin, ingot_recipe_end\n"
    ".hidden ingot_recipe_begin, ingot_recipe_end\n"
    "ingot_recipe_begin: .incbin \"@archive@\"\n"
    "ingot_recipe_end:\n"
    ".popsection\n");

extern "C" const char ingot_recipe_begin[] __attribute__((visibility("hidden")));
extern "C" const char ingot_recipe_end[] __attribute__((visibility("hidden")));

namespace ingot::image {

std::string_view recipe() {
  return {ingot_recipe_begin, static_cast<std::size_t>(ingot_recipe_end - ingot_recipe_begin)};
}

}  // namespace ingot::image
]])
  set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${archive}")
  target_sources(${target} PRIVATE "${source}")
endfunction()
