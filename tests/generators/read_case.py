"""Reads case files with Python's standard library alone, as any safetensors reader would.

`read_case.py FILE...` prints what each holds. `read_case.py --check FOLDER` reads the sample cases
that write_samples made and compares them with what is known of them.
"""

import json
import math
import pathlib
import struct
import sys

FORMATS = {"F64": "d", "F32": "f", "F16": "e", "BOOL": "?",
           "I64": "q", "I32": "i", "I16": "h", "I8": "b", "U8": "B"}
SIZES = {**{dtype: struct.calcsize(code) for dtype, code in FORMATS.items()}, "BF16": 2}


def values_of(dtype, data):
    if dtype == "BF16":
        return [struct.unpack("<f", b"\0\0" + data[i:i + 2])[0] for i in range(0, len(data), 2)]
    return list(struct.unpack(f"<{len(data) // SIZES[dtype]}{FORMATS[dtype]}", data))


def read(path):
    """The tensors as {name: (dtype, shape, flat values)} and the manifest."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    assert length % 8 == 0, f"{path}: the data is not aligned"
    header = json.loads(content[8:8 + length].decode("utf-8"))
    data = content[8 + length:]
    manifest = json.loads(header.pop("__metadata__")["gradgrind"])
    tensors = {}
    covered = 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        assert begin == covered, f"{path}: {name} begins at {begin}, not {covered}"
        assert begin % SIZES[entry["dtype"]] == 0, f"{path}: {name} is not aligned"
        assert end - begin == math.prod(entry["shape"]) * SIZES[entry["dtype"]], f"{path}: {name}"
        tensors[name] = (entry["dtype"], entry["shape"], values_of(entry["dtype"], data[begin:end]))
        covered = end
    assert covered == len(data), f"{path}: {len(data) - covered} bytes are left over"
    return tensors, manifest


def check(folder):
    tensors, manifest = read(folder / "attention.safetensors")
    assert tensors == {
        "input/x": ("F32", [2, 1, 8], [0.0] * 11 + [1.0] + [0.0] * 4),
        "input/pad": ("BOOL", [2, 1], [False, False]),
    }, tensors
    assert manifest["format"] == 1 and manifest["contract"] == "Sample"
    assert manifest["case"]["dims"]["sizes"] == {"B": 2, "E": 8, "H": 1, "T": 1}
    assert float(manifest["case"]["parameters"]["dropout"]["value"]) == 0.5

    tensors, manifest = read(folder / "extreme_values.safetensors")
    largest_of = {"float16": 65504.0, "bfloat16": float.fromhex("0x1.fep127"),
                  "float64": sys.float_info.max}
    for name, largest in largest_of.items():
        values = tensors[f"input/{name}"][2]
        assert values[0] == math.inf and math.isnan(values[2]) and values[6] == largest, (name, values)
        assert math.copysign(1, values[5]) == -1, f"{name}: -0 lost its sign"
    assert tensors["input/int64"] == ("I64", [3], [-2**63, 2**63 - 1, 0])
    dtype, shape, values = tensors["input/complex128"]
    assert (dtype, shape, values[:3]) == ("F64", [2, 1, 2], [0.1, -0.0, -math.inf]), values
    assert int(manifest["case"]["seed"]) == 2**64 - 1

    tensors, _ = read(folder / "layouts_and_lists.safetensors")
    assert tensors["input/list/0"] == ("I64", [], [3])
    assert tensors["input/list/2"] == ("U8", [0, 3], [])

    tensors, manifest = read(folder / "parameters_and_weights.safetensors")
    assert tensors["weight/steps"] == ("I64", [], [2**53 + 1])
    assert manifest["case"]["weights"]["seed"] == "12345678901234567890"

    assert read(folder / "empty.safetensors")[0] == {}


if __name__ == "__main__":
    if sys.argv[1] == "--check":
        check(pathlib.Path(sys.argv[2]))
    else:
        for file in sys.argv[1:]:
            print(file, *read(pathlib.Path(file)), sep="\n  ")
