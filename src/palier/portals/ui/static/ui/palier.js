/* Palier: five conveniences. Every page works without this file. */
(function () {
  "use strict";

  /* A summary of errors takes the focus when it is there. */
  var summary = document.querySelector("[data-error-summary]");
  if (summary) window.addEventListener("load", function () {
    if (document.activeElement === document.body) summary.focus();
  });

  /* One submission per form: a second press within eight seconds is swallowed. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented) return;
    if (form.method === "post" && form.dataset.sent && Date.now() - Number(form.dataset.sent) < 8000) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = String(Date.now());
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", function (event) {
    var menu = document.querySelector("details.menu[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  /* A part that waits for the queue is drawn again each second; when it waits no more, the whole page is. */
  function refresh(part) {
    window.setTimeout(function () {
      fetch(location.href, { credentials: "same-origin" })
        .then(function (answer) { return answer.text(); })
        .then(function (html) {
          var fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-refresh]");
          if (!fresh) { location.reload(); return; }
          var status = part.querySelector("[role=status]"), news = fresh.querySelector("[role=status]");
          if (status && news) status.replaceChildren.apply(status, Array.from(news.childNodes));
          refresh(part);
        })
        .catch(function () { refresh(part); });
    }, 1000);
  }
  document.querySelectorAll("[data-refresh]").forEach(refresh);

  /* Parts that are drawn again at each press: the same page is asked for, and only these parts of it are shown. */
  document.addEventListener("submit", function (event) {
    var form = event.target, part = form.closest("[data-live]"), pressed = event.submitter;
    if (!part || event.defaultPrevented || form.dataset.whole || !pressed || !window.fetch) return;
    event.preventDefault();
    var said = new FormData(form);
    said.append(pressed.name, pressed.value);
    fetch(location.href, { method: "POST", body: said, credentials: "same-origin" })
      .then(function (answer) { return answer.text().then(function (html) { return [answer.ok, html]; }); })
      .then(function (got) {
        var page = new DOMParser().parseFromString(got[1], "text/html");
        var parts = document.querySelectorAll("[data-live]"), fresh = page.querySelectorAll("[data-live]");
        if (!got[0] || fresh.length !== parts.length) throw new Error("another page");
        parts.forEach(function (old, place) { old.replaceChildren.apply(old, Array.from(fresh[place].childNodes)); });
        document.querySelectorAll("input[name=version]").forEach(function (field) {
          field.value = page.querySelector("input[name=version]").value;
        });
        var again = part.querySelector('button[value="' + pressed.value + '"]') || part.querySelector("button");
        if (again) again.focus();
      })
      .catch(function () {
        form.dataset.whole = "1";
        delete form.dataset.sent;
        form.requestSubmit(pressed);
      });
  });

  /* Type-ahead (combobox with a listbox). The server answers with <li role="option"> lines. */
  function combobox(input) {
    var list = document.createElement("ul");
    var status = document.createElement("p");
    var box = document.createElement("div");
    var timer = 0, active = -1, asked = "";
    box.className = "suggest";
    list.id = input.id + "_liste";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Communes proposées");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    input.parentNode.insertBefore(box, input);
    box.append(input, list, status);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");

    function hidden() {
      return input.form ? input.form.elements[input.name + "_code"] : null;
    }
    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function options() { return list.querySelectorAll("[role=option]"); }
    function point(index) {
      var all = options();
      if (!all.length) return;
      active = (index + all.length) % all.length;
      all.forEach(function (one, i) { one.setAttribute("aria-selected", String(i === active)); });
      all[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", all[active].id);
    }
    function choose(option) {
      var code = hidden();
      input.value = option.textContent.trim();
      if (code) code.value = option.dataset.value || "";
      close();
    }
    function show(html) {
      /* Same-origin fragment, read as inert text: only option lines are rebuilt. */
      var page = new DOMParser().parseFromString(html, "text/html");
      var found = page.querySelectorAll("[role=option]");
      list.replaceChildren();
      found.forEach(function (one, i) {
        var li = document.createElement("li");
        li.id = list.id + "_" + i;
        li.setAttribute("role", "option");
        li.setAttribute("aria-selected", "false");
        li.dataset.value = one.dataset.value || "";
        li.textContent = one.textContent;
        list.append(li);
      });
      active = -1;
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(found.length > 0));
      status.textContent = found.length ? found.length + " communes proposées" : "Aucune commune ne commence ainsi";
    }
    function ask() {
      var query = input.value.trim();
      if (query.length < 2) { close(); return; }
      if (query === asked && !list.hidden) return;
      asked = query;
      fetch(input.dataset.suggestions + "?q=" + encodeURIComponent(query), { credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.text() : ""; })
        .then(function (html) { if (asked === query && document.activeElement === input) show(html); })
        .catch(close);
    }
    input.addEventListener("input", function () {
      var code = hidden();
      if (code) code.value = "";
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, 180);
    });
    input.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown" && !list.hidden) { point(active + 1); event.preventDefault(); }
      else if (event.key === "ArrowUp" && !list.hidden) { point(active - 1); event.preventDefault(); }
      else if (event.key === "Enter" && active >= 0) { choose(options()[active]); event.preventDefault(); }
      else if (event.key === "Escape") close();
    });
    input.addEventListener("blur", function () { window.setTimeout(close, 150); });
    list.addEventListener("mousedown", function (event) {
      var option = event.target.closest("[role=option]");
      event.preventDefault();
      if (option) choose(option);
    });
  }
  document.querySelectorAll("input[data-suggestions]").forEach(combobox);
})();
