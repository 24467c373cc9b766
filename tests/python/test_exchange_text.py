"""Exchange texts as they are found, read and written from Python."""

import pytest

import sanxian as sx
from reference_data import DEMO, reference

#: The README of the reference files prints areas to 4 decimals of a hectare, or to 0.01 m2.
HALF_A_SQUARE_METRE = 0.5

REAL_FILES = {
    "03_polygontxt_44120000105.txt": ([8.742255], 4526),
    "04_polygontxt_44120000120.txt": ([2.670777], 4526),
    "06_polygontxt_44120000326.txt": ([0.0100], 4526),
    "07_polygontxt_44120000567.txt": ([0.2190], 4526),
    "11_polygontxt_test_data_44120000072.txt": ([1.2247], 4526),
    "12_polygontxt_arcpy_plot_000.txt": ([1.2247], 4526),
}


@pytest.mark.parametrize("name", REAL_FILES)
def test_planar_areas_of_real_parcels_are_the_declared_ones(name):
    areas_ha, epsg = REAL_FILES[name]
    plots = sx.read_plots(reference("exchange_text", name))
    assert plots.crs.to_epsg() == epsg
    assert (sx.planar_area_m2(plots) / 10_000).tolist() == pytest.approx(areas_ha, abs=5e-5)


def test_rings_are_nested_by_containment_whatever_their_number():
    plots = sx.read_plots(reference("exchange_text", "01_windr07_SampleData_gbk.txt"))
    assert plots.crs.to_epsg() == 4525
    assert len(plots) == 5
    parcel_4, parcel_5 = plots.geometry.iloc[3], plots.geometry.iloc[4]
    areas = sx.planar_area_m2(plots)
    # three parts, a hole in the third, two islands in the hole: 36.78 + 92.29 + 1075.01 - 407.42 + 122.87 + 69.73
    assert len(parcel_4.geoms) == 5
    assert sum(len(part.interiors) for part in parcel_4.geoms) == 1
    assert areas.iloc[3] == pytest.approx(989.26, abs=0.01)
    # ring 2 is a second part here, a hole in parcel 3
    assert len(parcel_5.geoms) == 2
    assert areas.iloc[4] == pytest.approx(165.19, abs=0.01)
    assert len(plots.geometry.iloc[2].interiors) == 1
    codes = plots.attrs["findings"].groupby("plot_id")["code"].agg(set)
    # The declared areas are in square metres, and every one of them is that of the geometry.
    assert all({"area_not_in_hectares"} <= of_plot for of_plot in codes)
    assert plots["declared_area_ha"].iloc[0] == pytest.approx(0.010943)


def test_six_column_rows_without_a_header_take_their_zone_from_the_prefix():
    plots = sx.read_plots(reference("exchange_text", "13_nzy_sixcol_40.txt"))
    assert plots.crs.to_epsg() == 4528
    assert len(plots) >= 1
    assert plots.geometry.is_valid.all()


def test_an_east_first_file_is_an_error_until_the_caller_asks_to_swap():
    path = reference("exchange_text", "variants", "v04_polygontxt_readme_swapped_xy.txt")
    with pytest.raises(sx.ExchangeTextError) as caught:
        sx.read_plots(path)
    assert caught.value.line is not None
    assert "swap_axes" in str(caught.value)
    assert sx.read_plots(path, swap_axes=True).crs.to_epsg() == 4527


def test_writing_and_reading_back_gives_the_same_plots(tmp_path):
    plots = sx.read_plots(DEMO / "plots.txt")
    sx.write_exchange_text(plots, tmp_path / "copy.txt")
    again = sx.read_plots(tmp_path / "copy.txt")
    assert again.geometry.geom_equals_exact(plots.geometry, 0).all()
    columns = [column for column in plots.columns if column != "geometry"]
    assert again[columns].equals(plots[columns])
    assert again.crs == plots.crs


def test_unchanged_plots_come_back_byte_for_byte(tmp_path):
    original, copy = DEMO / "plots.txt", tmp_path / "copy.txt"
    plots = sx.read_plots(original)
    sx.rewrite_exchange_text(plots, copy, like=original)
    assert copy.read_bytes() == original.read_bytes()


def test_a_changed_plot_changes_its_own_row_only(tmp_path):
    original, copy = DEMO / "plots.txt", tmp_path / "copy.txt"
    plots = sx.read_plots(original)
    plots.loc[3, "plot_name"] = "改名地块"
    sx.rewrite_exchange_text(plots, copy, like=original)
    before, after = original.read_bytes().splitlines(), copy.read_bytes().splitlines()
    changed = [row for row, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert len(changed) == 1
    assert "改名地块" in after[changed[0]].decode("gbk")


def test_the_writer_rounds_only_when_asked(tmp_path):
    plots = sx.read_plots(DEMO / "plots.txt")
    plots["geometry"] = plots.geometry.translate(0.00044, 0)
    with pytest.raises(sx.SanxianError, match="decimals"):
        sx.write_exchange_text(plots, tmp_path / "copy.txt")
    assert not (tmp_path / "copy.txt").exists()
    sx.write_exchange_text(
        plots, tmp_path / "copy.txt", decimals=2, start="north-west", clockwise=True, point_prefix="P"
    )
    rows = [row for row in (tmp_path / "copy.txt").read_text("gbk").splitlines() if row.startswith("P")]
    assert rows
    assert all(len(row.rsplit(".", 1)[1]) == 2 for row in rows)


def test_one_file_a_plot_or_one_named_after_the_scheme(tmp_path):
    plots = sx.read_plots(DEMO / "plots.txt")
    plots["plot_name"] = [f"地块{row}" for row in range(len(plots))]
    (tmp_path / "many").mkdir()
    sx.write_exchange_text(plots, tmp_path / "many", one_file_a_plot=True, zone_prefix=False)
    files = sorted(path.name for path in (tmp_path / "many").iterdir())
    assert len(files) == len(plots)
    assert "地块0.txt" in files
    assert len(sx.read_plots(tmp_path / "many" / "地块0.txt")) == 1
    sx.write_exchange_text(plots, tmp_path, scheme="示例县方案")
    assert len(sx.read_plots(tmp_path / "示例县方案.txt")) == len(plots)
    with pytest.raises(ValueError, match="exclude"):
        sx.write_exchange_text(plots, tmp_path, scheme="方案", one_file_a_plot=True)


def test_header_and_findings_come_with_the_frame():
    plots = sx.read_plots(DEMO / "plots.txt")
    assert plots.attrs["header"]["坐标系"] == "2000国家大地坐标系"
    assert list(plots.attrs["findings"].columns) == ["severity", "code", "message", "line", "plot_id"]
    assert list(plots.columns) == [
        "plot_id",
        "plot_name",
        "declared_area_ha",
        "use",
        "land_class",
        "map_sheet",
        "geometry",
    ]
