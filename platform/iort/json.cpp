// `smmu-vp iort FILE --json` for a program: one object; numbers are integers.
#include <boost/json.hpp>

#include "platform/iort/print.h"
#include "platform/iort/ranges.h"

namespace smmu::platform::iort {
namespace {

using namespace sw::iort;
namespace json = boost::json;

json::object memory(const MemoryProperties& m) {
    return {{"coherent", m.coherent}, {"cpm", m.cpm}, {"dacs", m.dacs}, {"canwbs", m.canwbs}};
}

json::array ranges(const Iort& iort, const Node& node) {
    json::array list;
    for (const IdRange& r : id_ranges(node))
        list.push_back({{"first", r.first},
                        {"last", r.last},
                        {"output_first", r.output},
                        {"output_last", r.last_output()},
                        {"single", r.constant},
                        {"conflict", r.conflict},
                        {"target", r.reference},
                        {"target_name", reference_title(iort, r.reference)},
                        {"output_is", id_name(iort, r.reference)}});
    return list;
}

json::object its_json(const Node& node) {
    const ItsGroup its = its_group(node);
    json::array ids;
    for (uint32_t i = 0; i < its.count(); ++i) ids.push_back(its.id(i));
    return {{"ids", ids}};
}

json::object component_json(const Iort& iort, const Node& node) {
    const NamedComponent c = named_component(node);
    json::array singles;
    for (uint32_t i = 0; i < node.mapping_count(); ++i) {
        const IdMapping m = node.mapping(i);
        if (m.single())
            singles.push_back({{"id", m.output_base},
                               {"target", m.output_reference},
                               {"target_name", reference_title(iort, m.output_reference)}});
    }
    return {{"name", printable(c.name)},   {"memory", memory(c.memory)},     {"stall", c.stall},
            {"pasid_bits", c.pasid_bits},  {"address_bits", c.address_bits}, {"ids", singles},
            {"ranges", ranges(iort, node)}};
}

json::object root_complex_json(const Iort& iort, const Node& node) {
    const RootComplex r = root_complex(node);
    return {{"segment", r.segment},
            {"memory", memory(r.memory)},
            {"ats", r.ats},
            {"pri", r.pri},
            {"pasid_bits", r.pasid_bits},
            {"address_bits", r.address_bits},
            {"ranges", ranges(iort, node)}};
}

json::object smmu_v2_json(const Iort& iort, const Node& node) {
    const SmmuV2 s = smmu_v2(node);
    return {{"base", s.base},
            {"span", s.span},
            {"model", s.model},
            {"coherent_walk", (s.flags & 2) != 0},
            {"ranges", ranges(iort, node)}};
}

json::object smmu_v3_json(const Iort& iort, const Node& node) {
    const SmmuV3 s = smmu_v3(node);
    json::object o{{"base", s.base},
                   {"model", s.model},
                   {"cohacc_override", s.cohacc_override},
                   {"httu_override", s.httu_override},
                   {"vatos_base", s.vatos_base},
                   {"interrupts",
                    {{"event", s.interrupts.event},
                     {"pri", s.interrupts.pri},
                     {"gerror", s.interrupts.gerror},
                     {"sync", s.interrupts.sync}}},
                   {"ranges", ranges(iort, node)}};
    if (s.proximity_valid) o["proximity_domain"] = s.proximity_domain;
    if (const OwnMapping own = own_mapping(node); own.present)
        o["own_device_id"] = node.mapping(own.index).output_base;
    return o;
}

json::object pmcg_json(const Node& node) {
    const Pmcg p = pmcg(node);
    return {{"page0", p.page0},
            {"page1", p.page1},
            {"overflow_interrupt", p.overflow_interrupt},
            {"node_reference", p.node_reference}};
}

json::object reserved_json(const Iort& iort, const Node& node) {
    const MemoryRanges m = memory_ranges(node);
    json::array memory_list;
    for (uint32_t i = 0; i < m.count(); ++i)
        memory_list.push_back({{"base", m.range(i).base}, {"length", m.range(i).length}});
    json::array streams;
    for (uint32_t i = 0; i < node.mapping_count(); ++i) {
        const IdMapping map = node.mapping(i);
        streams.push_back({{"first", map.output_base},
                           {"last", uint64_t{map.output_base} + map.id_count},
                           {"target", map.output_reference},
                           {"target_name", reference_title(iort, map.output_reference)}});
    }
    return {{"attributes", m.attributes},
            {"memory_type", memory_type(m.attributes)},
            {"remap_permitted", m.remap_permitted},
            {"privileged", m.privileged},
            {"memory", memory_list},
            {"streams", streams}};
}

json::object iwb_json(const Node& node) {
    const Iwb w = iwb(node);
    return {{"base", w.base}, {"index", w.index}, {"name", printable(w.name)}};
}

json::object details(const Iort& iort, const Node& node) {
    switch (node.type()) {
        case NodeType::ItsGroup: return its_json(node);
        case NodeType::NamedComponent: return component_json(iort, node);
        case NodeType::RootComplex: return root_complex_json(iort, node);
        case NodeType::SmmuV2: return smmu_v2_json(iort, node);
        case NodeType::SmmuV3: return smmu_v3_json(iort, node);
        case NodeType::Pmcg: return pmcg_json(node);
        case NodeType::MemoryRange: return reserved_json(iort, node);
        case NodeType::Iwb: return iwb_json(node);
    }
    return {};
}

}  // namespace

void print_json(const Iort& iort, std::ostream& out) {
    json::array nodes;
    for (const Node node : iort.nodes()) {
        json::object o{
            {"offset", node.offset()},         {"type", static_cast<unsigned>(node.type())},
            {"type_name", type_name(node)},    {"revision", node.revision()},
            {"identifier", node.identifier()}, {"mappings", node.mapping_count()}};
        for (const auto& entry : details(iort, node)) o.insert(entry);
        nodes.push_back(std::move(o));
    }
    json::array odd;
    for (const std::string& warning : warnings(iort)) odd.push_back(json::string(warning));
    out << json::object{{"revision", iort.revision()},
                        {"length", iort.bytes().size},
                        {"oem_id", printable(iort.bytes().part(10, 6))},
                        {"oem_table_id", printable(iort.bytes().part(16, 8))},
                        {"checksum_right", iort.checksum_right()},
                        {"nodes", nodes},
                        {"warnings", odd}}
        << '\n';
}

}  // namespace smmu::platform::iort
