from tenants.current import enter_site
def test_x(marked_database):
    with enter_site(marked_database.a.site):
        for k,v in marked_database.a.things.items(): print(k, v.pk)
        print(marked_database.a.paths)
